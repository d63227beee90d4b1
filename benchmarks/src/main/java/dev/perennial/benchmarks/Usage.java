package dev.perennial.benchmarks;

/**
 * What one round of one subject used.
 *
 * @param wallNanos from before the client was started until its last event
 * @param threadCpuNanos CPU time of all Java threads of this JVM, regardless of what started them
 * @param processCpuNanos CPU time of the whole JVM: the same, plus the threads that compile and
 *     collect garbage
 * @param allocatedBytes heap that all Java threads of this JVM allocated
 * @param unseenThreads threads that ended during the round; only {@code processCpuNanos} includes
 *     them
 */
record Usage(
    long wallNanos,
    long threadCpuNanos,
    long processCpuNanos,
    long allocatedBytes,
    long unseenThreads) {}
