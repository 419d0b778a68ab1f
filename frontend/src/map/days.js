// Days as the tiles count them: days since the first of January of the year 1.
const EPOCH = 719163;

export const ordinal = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / 864e5) + EPOCH;
export const iso = (day) => new Date((day - EPOCH) * 864e5).toISOString().slice(0, 10);

// The same words as the server's formatter: it says what the months are called.
export function inWords(day, months) {
  const [year, month, date] = iso(day).split("-").map(Number);
  return `${date} ${months[month - 1]} ${year}`;
}

// So many months on, to the end of the month: books close at the ends of months.
export function monthsOn(day, count) {
  const at = new Date((day + 1 - EPOCH) * 864e5);
  return Math.round(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count, 1) / 864e5) + EPOCH - 1;
}
