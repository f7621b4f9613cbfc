/* WIDE_VECTORS before a function: it is compiled a second time for processors with vectors of 256 bits, and the program takes the better of the two
 * when it starts. For loops over whole rows. Without fused multiplications, and sums in lanes of a number that the source gives: both have the same
 * bits. Compilers and sanitizers that cannot do this compile it once. */
#ifndef LODE_BASE_VECTORS_H
#define LODE_BASE_VECTORS_H

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&                       \
    !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
#define WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define WIDE_VECTORS
#endif

#endif
