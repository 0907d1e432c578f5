export const live = [];
