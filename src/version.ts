/** The version both builds were made from; package.json's, put in by hand when a release is made. */
export const VERSION = '0.1.0';
