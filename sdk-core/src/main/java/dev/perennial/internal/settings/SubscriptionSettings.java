package dev.perennial.internal.settings;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.StreamObserver;
import dev.perennial.StreamRuntime;
import dev.perennial.internal.resume.DedupeScope;
import dev.perennial.internal.retry.ConsumerFailures;
import dev.perennial.internal.retry.RetrySettings;
import dev.perennial.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that one subscription is set up with. An immutable value.
 *
 * @param observers in the order in which they are notified
 * @param retry made when a connection has ended, which most streams wait for a long time
 * @param gapRules made when something is missing
 * @param consumerRule what follows when the consumer throws; null when it always ends
 * @param skipsMalformed whether an event that cannot be decoded is skipped
 */
public record SubscriptionSettings<T>(
    Transport transport,
    Decoder<? extends T> decoder,
    EventFactory<T> eventFactory,
    StreamRuntime runtime,
    RuntimeServices services,
    List<StreamObserver> observers,
    Supplier<RetrySettings> retry,
    Limits limits,
    Resume resume,
    Supplier<GapRules> gapRules,
    ConsumerFailures.@Nullable Rule consumerRule,
    boolean skipsMalformed) {

  /**
   * Limits on connections.
   *
   * @param attemptTimeout from the request's supplier to the server's answer
   * @param maxConnectionAge null for as old as it gets
   * @param staleAfter the longest silence; null to learn it from heartbeats
   * @param stalledAfter the longest time without an event; null for any
   * @param eventTimeout the longest time from an event's first byte to its last
   * @param isFailFast whether every failure before the first open is final
   */
  public record Limits(
      Duration attemptTimeout,
      @Nullable Duration maxConnectionAge,
      @Nullable Duration staleAfter,
      @Nullable Duration stalledAfter,
      Duration eventTimeout,
      boolean isFailFast) {}

  /**
   * How the stream is resumed.
   *
   * @param startAfter null to start where the server starts
   * @param store null to keep the cursor nowhere
   * @param saveEvery the shortest time between two saves
   * @param maxUnacknowledged 0 unless acknowledgement is manual
   * @param dedupeSize how many ids are remembered
   */
  public record Resume(
      @Nullable String startAfter,
      @Nullable CursorStore store,
      Duration saveEvery,
      int maxUnacknowledged,
      DedupeScope dedupeScope,
      int dedupeSize) {}
}
