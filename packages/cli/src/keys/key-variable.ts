/** The variable that holds a key itself, and no path. It is no setting: settings are shown. */
export const keyVariable = 'P2P_KEY';
