package dev.perennial.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.StatusLine;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prints a demo while it runs: a line for each fault, or for some of them when there are many, and
 * how many events and faults are done. Thread-safe.
 */
final class DemoProgress {
  private static final int MAX_REPORTED_FAULTS = 60;
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(3);

  private final DemoSettings settings;
  private final StatusLine status;
  private final TextStyle style;
  private final int reportEvery;
  private final long startNanos = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private int injected;

  DemoProgress(DemoSettings settings, Terminal terminal) {
    this.settings = settings;
    this.status = new StatusLine(terminal, STATUS_INTERVAL);
    this.style = terminal.outStyle();
    int faults = settings.faults();
    this.reportEvery = Math.max(1, (faults + MAX_REPORTED_FAULTS - 1) / MAX_REPORTED_FAULTS);
  }

  void started() {
    String seed = Long.toString(settings.seed());
    status.println(
        HumanFormat.count(settings.events(), "event", "events")
            + " and "
            + HumanFormat.count(settings.faults(), "fault", "faults")
            + " over "
            + settings.transport().kind().displayName()
            + ", "
            + style.bold("seed " + seed)
            + " (--seed "
            + seed
            + " makes the same faults again)");
    status.println(DemoRetry.explanation());
    if (reportEvery > 1) {
      status.println("Showing one of every " + reportEvery + " faults.");
    }
    status.println("");
  }

  /** Prints a line for each response of the {@link ResponseDemo}. */
  void responsesHandled(List<String> lines) {
    status.println("First, what a server may answer to a reconnect:");
    lines.forEach(line -> status.println("  " + line));
    status.println("");
  }

  /** Prints a fault that was injected, now that the stream continues. */
  void injected(
      PlannedFault fault, long position, SubscriptionStats before, SubscriptionStats after) {
    int from = fault.number() - 1;
    int to = from + fault.count();
    setInjected(to);
    if (to / reportEvery > from / reportEvery) {
      status.println(
          String.format(
              Locale.ROOT,
              "%7.2f s  %s %s %s",
              (System.nanoTime() - startNanos) / 1e9,
              style.yellow(description(fault)),
              style.dim("at event " + HumanFormat.count(position) + ":"),
              consequences(before, after)));
    }
  }

  private static String description(PlannedFault fault) {
    String kind = fault.kind().singular();
    int truncated = fault.truncatedAfterBytes().size();
    return switch (fault.kind()) {
      case RESET, CLOSE, HALF_CLOSE, END, TRUNCATED ->
          truncated == 0
              ? kind
              : kind
                  + ", then "
                  + HumanFormat.count(
                      truncated, FaultKind.TRUNCATED.singular(), FaultKind.TRUNCATED.plural());
      case UNAVAILABLE, REFUSED ->
          kind + " for " + HumanFormat.count(fault.amount(), "attempt", "attempts");
      case STALL -> kind;
      case PAUSE, TRICKLE -> kind + " of " + fault.amount() + " ms";
    };
  }

  private String consequences(SubscriptionStats before, SubscriptionStats after) {
    if (after.ended() == before.ended()) {
      return style.green("stays connected");
    }
    List<String> parts = new ArrayList<>();
    Duration waited = after.waited().minus(before.waited());
    parts.add("waited " + HumanFormat.duration(waited));
    parts.add(style.green("resumed"));
    long suppressed = after.suppressed() - before.suppressed();
    if (suppressed > 0) {
      parts.add(HumanFormat.count(suppressed, "duplicate", "duplicates") + " suppressed");
    }
    return String.join(", ", parts);
  }

  /** Shows how many events and faults are done. */
  void update(DeliveryAudit audit, long elapsedNanos) {
    status.update(() -> status(audit, elapsedNanos));
  }

  private String status(DeliveryAudit audit, long elapsedNanos) {
    long delivered = audit.delivered();
    double perSecond = delivered / Math.max(0.001, elapsedNanos / 1e9);
    long left = Math.max(0, settings.events() - delivered);
    return HumanFormat.count(delivered)
        + " of "
        + HumanFormat.count(settings.events(), "event", "events")
        + ", "
        + HumanFormat.count(injected())
        + " of "
        + HumanFormat.count(settings.faults(), "fault", "faults")
        + ", "
        + HumanFormat.count(Math.round(perSecond))
        + "/s"
        + (delivered > 0 ? ", " + Math.round(left / perSecond) + " s left" : "");
  }

  void ended(DemoSummary summary) {
    status.println("");
    summary.lines(style).forEach(status::println);
  }

  private int injected() {
    lock.lock();
    try {
      return injected;
    } finally {
      lock.unlock();
    }
  }

  private void setInjected(int newInjected) {
    lock.lock();
    try {
      injected = newInjected;
    } finally {
      lock.unlock();
    }
  }
}
