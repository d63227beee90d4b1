package dev.perennial.benchmarks;

/**
 * What one round of one subject used.
 *
 * @param wallNanos from before the client was started until its last event
 * @param threadCpuNanos CPU time of all Java threads of this JVM, whoever started them
 * @param processCpuNanos CPU time of the whole JVM: the same, and the threads that compile and
 *     collect garbage
 * @param allocatedBytes heap that all Java threads of this JVM allocated
 * @param unseenThreads threads that ended meanwhile: what they used is in {@code processCpuNanos}
 *     only
 */
record Usage(
    long wallNanos,
    long threadCpuNanos,
    long processCpuNanos,
    long allocatedBytes,
    long unseenThreads) {}
