/** Neither a suite nor a test. */
export const nothing = 0;
