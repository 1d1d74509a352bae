/** CloudWatch's own unit names. */
export type Unit = 'None' | 'Count' | 'Percent' | 'Milliseconds' | 'Seconds' | 'Bytes';
