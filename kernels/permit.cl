// Months of a permit's route, drawn: a work-item a draw. Bits are a function of (seed, draw, stage) alone: Philox4x32-10, Salmon et al. 2011,
// "Parallel random numbers: as easy as 1, 2, 3". Normal quantiles: Wichura 1988, AS 241, PPND7 (seven digits). Comes after ops.h, and uses correctly
// rounded operations alone: the same bits on every device.
#ifndef STAGES_MAX
#define STAGES_MAX 32 // most stages of a route
#endif

uint4 philox(uint4 counter, uint2 key) {
    for (int round = 0; round < 10; round++) {
        const uint high0 = mul_hi(0xD2511F53u, counter.x), low0 = 0xD2511F53u * counter.x;
        const uint high1 = mul_hi(0xCD9E8D57u, counter.z), low1 = 0xCD9E8D57u * counter.z;
        counter = (uint4)(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
        key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
    }
    return counter;
}

// In (0, 1), symmetric around 1/2, exact in a float, and so is 1 - it.
float unit_of(uint bits) {
    return ((float)(bits >> 9) + 0.5f) * 1.1920929e-7f;
}

// Natural logarithm of 2^-24..1, to some 1e-7; Moshier's Cephes, logf.
float log_of(float x) {
    const uint from_root = op_bits(x) - 0x3f3504f3u;
    const float m = op_float(op_bits(x) - (from_root & 0xff800000u)) - 1.0f, e = (float)((int)from_root >> 23), z = m * m;
    float p = OP_FMA(7.0376836292e-2f, m, -1.1514610310e-1f);
    p = OP_FMA(p, m, 1.1676998740e-1f);
    p = OP_FMA(p, m, -1.2420140846e-1f);
    p = OP_FMA(p, m, 1.4249322787e-1f);
    p = OP_FMA(p, m, -1.6668057665e-1f);
    p = OP_FMA(p, m, 2.0000714765e-1f);
    p = OP_FMA(p, m, -2.4999993993e-1f);
    p = OP_FMA(p, m, 3.3333331174e-1f);
    return OP_FMA(e, 0.693359375f, OP_FMA(e, -2.12194440e-4f, OP_FMA(m * z, p, -0.5f * z)) + m);
}

float normal_of(float u) {
    const float q = u - 0.5f, near = 0.180625f - q * q;
    const float above = OP_FMA(OP_FMA(OP_FMA(59.109374720f, near, 159.29113202f), near, 50.434271938f), near, 3.3871327179f);
    const float below = OP_FMA(OP_FMA(OP_FMA(67.187563600f, near, 78.757757664f), near, 17.895169469f), near, 1.0f);
    const float tail = sqrt(-log_of(q < 0.0f ? u : 1.0f - u)) - 1.6f;
    const float high = OP_FMA(OP_FMA(OP_FMA(0.17023821103f, tail, 1.3067284816f), tail, 2.7568153900f), tail, 1.4234372777f);
    const float low = OP_FMA(OP_FMA(0.12021132975f, tail, 0.73700164250f), tail, 1.0f);
    return near >= 0.0f ? q * above / below : q < 0.0f ? -(high / low) : high / low;
}

// shape: kind (0 lognormal: ln median, sd below, sd above; 1 triangular: low, high, share below the mode), and of the latter the two areas.
float months_of(__global const float *shape, float u) {
    if (shape[0] == 0.0f) {
        const float z = normal_of(u);
        return op_exp(shape[1] + (z < 0.0f ? shape[2] : shape[3]) * z);
    }
    return u < shape[3] ? shape[1] + sqrt(u * shape[4]) : shape[2] - sqrt((1.0f - u) * shape[5]);
}

// shapes: [stage][6]; after: [stage], bits of earlier stages. months: [draw], until the last stage is over; on_way: [stage][draw], the stage's months
// where the critical way leads through it, else 0. Of two stages that end together the earlier one is on the way.
__kernel void draw(const uint seed_low, const uint seed_high, const ulong first, const uint draws, const uint stages,
                   __global const float *restrict shapes, __global const uint *restrict after, __global float *restrict months,
                   __global float *restrict on_way) {
    const uint i = (uint)get_global_id(0);
    if (i >= draws) return;
    const ulong number = first + i;
    float took[STAGES_MAX], end[STAGES_MAX];
    int waits_for[STAGES_MAX];
    uint4 bits = (uint4)(0);
    int last = 0;
    for (uint s = 0; s < stages; s++) {
        if (s % 4 == 0) bits = philox((uint4)((uint)number, (uint)(number >> 32), s / 4, 0), (uint2)(seed_low, seed_high));
        const uint word = s % 4 == 0 ? bits.x : s % 4 == 1 ? bits.y : s % 4 == 2 ? bits.z : bits.w;
        float begin = 0.0f;
        int previous = -1;
        for (uint b = 0; b < s; b++)
            if (after[s] >> b & 1 && (previous < 0 || end[b] > begin)) {
                begin = end[b];
                previous = (int)b;
            }
        took[s] = months_of(shapes + 6 * s, unit_of(word));
        end[s] = begin + took[s];
        waits_for[s] = previous;
        last = end[s] > end[last] ? (int)s : last;
        on_way[(ulong)s * draws + i] = 0.0f;
    }
    months[i] = end[last];
    for (int s = last; s >= 0; s = waits_for[s]) on_way[(ulong)s * draws + i] = took[s];
}

// The generator alone, for those who know its answers. counters: [block][4], key: [block][2].
__kernel void blocks(__global const uint *restrict counters, __global const uint *restrict keys, const uint count, __global uint *restrict out) {
    const uint i = (uint)get_global_id(0);
    if (i < count) vstore4(philox(vload4(i, counters), vload2(i, keys)), i, out);
}

// Normal quantiles of given shares, for the same.
__kernel void normals(__global const float *restrict shares, const uint count, __global float *restrict out) {
    const uint i = (uint)get_global_id(0);
    if (i < count) out[i] = normal_of(shares[i]);
}
