// What can be read off a recorded signal: measurements, its spectrum, and numbers with the prefixes of engineers.
const PREFIXES = [
  [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "µ"], [1e-9, "n"], [1e-12, "p"],
];

export function engineering(value, unit) {
  if (value === null || !Number.isFinite(value)) return "–";
  if (value === 0 || !unit) return `${Number(value.toPrecision(4))} ${unit}`.trim();
  const [factor, prefix] = PREFIXES.find(([one]) => Math.abs(value) >= one * 0.9999) ?? PREFIXES.at(-1);
  return `${Number((value / factor).toPrecision(4))} ${prefix}${unit}`;
}

export function measured(x, y) {
  const count = y.length;
  if (count === 0) return null;
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  let squares = 0;
  for (const value of y) {
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { low, high, mean, swing: high - low, rms: Math.sqrt(squares / count), frequency: frequency(x, y, mean, high - low) };
}

// From rising crossings of the mean, each found between two points; a noisy edge counts once.
function frequency(x, y, mean, swing) {
  const crossings = [];
  let isLow = false;
  for (let index = 1; index < y.length; index += 1) {
    if (y[index] < mean - swing * 0.1) isLow = true;
    if (isLow && y[index - 1] < mean && y[index] >= mean) {
      const part = (mean - y[index - 1]) / (y[index] - y[index - 1]);
      crossings.push(x[index - 1] + part * (x[index] - x[index - 1]));
      isLow = false;
    }
  }
  if (crossings.length < 2) return null;
  return (crossings.length - 1) / (crossings.at(-1) - crossings[0]);
}

// Amplitudes by frequency: a radix-2 transform of as many points as fit, under a Hann window, without the mean.
export function spectrum(x, y) {
  const size = 2 ** Math.floor(Math.log2(Math.max(y.length, 2)));
  const mean = y.slice(0, size).reduce((sum, value) => sum + value, 0) / size;
  const real = Float64Array.from({ length: size }, (_, i) => (y[i] - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size)));
  const imaginary = new Float64Array(size);
  transform(real, imaginary);
  const step = 1 / (size * (x[1] - x[0]));
  const found = { x: [], y: [] };
  for (let index = 0; index < size / 2; index += 1) {
    found.x.push(index * step);
    found.y.push((Math.hypot(real[index], imaginary[index]) * 4) / size);
  }
  return found;
}

function transform(real, imaginary) {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i += 1) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let length = 2; length <= size; length *= 2) {
    const angle = (-2 * Math.PI) / length;
    for (let start = 0; start < size; start += length) {
      for (let k = 0; k < length / 2; k += 1) {
        const cosine = Math.cos(angle * k);
        const sine = Math.sin(angle * k);
        const a = start + k;
        const b = a + length / 2;
        const re = real[b] * cosine - imaginary[b] * sine;
        const im = real[b] * sine + imaginary[b] * cosine;
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }
}

export function csv(columns, rows) {
  const quoted = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));
  return [columns, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}
