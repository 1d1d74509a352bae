/**
 * A schedule, as `s`, that will always have another run. One with an end may rightly have none left.
 */
export const ENDLESS = `(s.schedule ? 'cron' OR s.schedule ? 'interval'
                  OR (s.schedule ->> 'rrule' IS NOT NULL AND s.schedule ->> 'rrule' !~* '(UNTIL|COUNT)='))`;
