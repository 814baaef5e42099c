/** A contestant for `interleave` that runs one plan against one server. */
export function contestant({ name, load, plan, pid, bench, before, seconds = bench.seconds }) {
  const once = async (warmupMs, measureMs) => {
    await before?.();
    return sampleOf(await load.run({ names: [plan], warmupMs, measureMs, pid }), plan);
  };
  return {
    name,
    warmUp: () => once(0, bench.quick ? 700 : 2000),
    measure: () => once(300, seconds * 1000),
  };
}

/** Rate and server CPU of a plan that ran alone. */
export function sampleOf(result, plan) {
  const { requests, rate, p99 } = result.plans[plan];
  return { rate, p99, cpu: result.serverCpuMicros === null ? null : result.serverCpuMicros / requests };
}

/** @throws when a server lets anybody in: then a comparison with it means nothing */
export async function assertGuards({ name, port, goodToken }) {
  const statusWith = async (authorization) => {
    const response = await fetch(`http://127.0.0.1:${port}/bench/guarded`, {
      headers: authorization ? { authorization } : {},
    });
    await response.arrayBuffer();
    return response.status;
  };
  const [, payload, signature] = goodToken.split('.');
  const forged = `${goodToken.split('.')[0]}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  const statuses = [
    await statusWith(null),
    await statusWith(`Bearer ${forged}`),
    await statusWith(`Bearer ${goodToken}`),
  ];
  if (statuses.join() !== '401,401,200') {
    throw new Error(
      `${name}: expected 401, 401, 200 without a token, with a forged one and with a good one, but got ${statuses.join(', ')}`,
    );
  }
}
