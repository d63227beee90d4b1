package dev.perennial.cli.demo;

import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells a demo while it happens: a line for each fault, or for some when there are many, and how
 * far it is. On a terminal the last line is written over, elsewhere there is one every few seconds.
 */
final class DemoProgress {
  private static final int MAX_REPORTED = 60;
  private static final long PLAIN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final int MOST_COLUMNS = 79;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final DemoRun.Settings settings;
  private final PrintStream out;
  private final TextStyle style;
  private final boolean isTerminal;
  private final int reportEvery;
  private final long beganNanos = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private int injected;
  private long reportedNanos = beganNanos;
  private boolean isLineOpen;

  DemoProgress(DemoRun.Settings settings, Terminal terminal) {
    this.settings = settings;
    this.out = terminal.out();
    this.style = terminal.outStyle();
    this.isTerminal = terminal.isOutTerminal();
    int faults = settings.faults();
    this.reportEvery = faults <= MAX_REPORTED ? 1 : (faults + MAX_REPORTED - 1) / MAX_REPORTED;
  }

  void begin() {
    String seed = Long.toString(settings.seed());
    println(
        HumanFormat.count(settings.events(), "event", "events")
            + " and "
            + HumanFormat.count(settings.faults(), "fault", "faults")
            + " over "
            + settings.transport().kind().words()
            + ", "
            + style.bold("seed " + seed)
            + " (--seed "
            + seed
            + " makes the same faults again)");
    if (reportEvery > 1) {
      println("One of " + reportEvery + " faults is told.");
    }
    println("");
  }

  /** What a small stream did with the answers of its server. */
  void responseDemoDone(List<String> lines) {
    println("First, what a server may answer to a reconnect:");
    lines.forEach(line -> println("  " + line));
    println("");
  }

  /** A fault was committed and the stream goes on. */
  void injected(
      FaultPlan.PlannedFault fault,
      long position,
      DemoObserver.Stats before,
      DemoObserver.Stats after) {
    int from = fault.first() - 1;
    boolean isReported = (from + fault.faults()) / reportEvery > from / reportEvery;
    lock.lock();
    try {
      injected = from + fault.faults();
      if (isReported) {
        println(
            String.format(
                Locale.ROOT,
                "%7.2f s  %s %s %s",
                (System.nanoTime() - beganNanos) / 1e9,
                style.yellow(words(fault)),
                style.dim("at event " + HumanFormat.count(position) + ":"),
                consequences(before, after)));
      }
    } finally {
      lock.unlock();
    }
  }

  private static String words(FaultPlan.PlannedFault fault) {
    String one = fault.kind().one();
    int torn = fault.tornAfterBytes().size();
    return switch (fault.kind()) {
      case RESET, CLOSE, HALF_CLOSE, END, TORN ->
          torn == 0
              ? one
              : one + ", then " + HumanFormat.count(torn, "torn answer", "torn answers");
      case UNAVAILABLE, REFUSED ->
          one + " of " + HumanFormat.count(fault.amount(), "attempt", "attempts");
      case STALL -> one;
      case STUTTER, TRICKLE -> one + " of " + fault.amount() + " ms";
    };
  }

  private String consequences(DemoObserver.Stats before, DemoObserver.Stats after) {
    if (after.ended() == before.ended()) {
      return style.green("goes on");
    }
    List<String> words = new ArrayList<>();
    Duration waited = after.waited().minus(before.waited());
    words.add("waited " + HumanFormat.duration(waited));
    words.add(style.green("resumed"));
    long suppressed = after.suppressed() - before.suppressed();
    if (suppressed > 0) {
      words.add(HumanFormat.count(suppressed, "duplicate", "duplicates") + " suppressed");
    }
    return String.join(", ", words);
  }

  /** How far it is. */
  void progress(DeliveryAudit audit, long elapsedNanos) {
    lock.lock();
    try {
      if (isTerminal) {
        String status = status(audit, elapsedNanos);
        // A line that wraps cannot be written over.
        String fitting = status.substring(0, Math.min(status.length(), MOST_COLUMNS));
        out.print(CLEAR_LINE + style.dim(fitting));
        out.flush();
        isLineOpen = true;
      } else if (System.nanoTime() - reportedNanos >= PLAIN_INTERVAL_NANOS) {
        reportedNanos = System.nanoTime();
        println(status(audit, elapsedNanos));
      }
    } finally {
      lock.unlock();
    }
  }

  private String status(DeliveryAudit audit, long elapsedNanos) {
    long delivered = audit.delivered();
    double perSecond = delivered / Math.max(0.001, elapsedNanos / 1e9);
    long left = Math.max(0, settings.events() - delivered);
    return HumanFormat.count(delivered)
        + " of "
        + HumanFormat.count(settings.events(), "event", "events")
        + ", "
        + HumanFormat.count(injected)
        + " of "
        + HumanFormat.count(settings.faults(), "fault", "faults")
        + ", "
        + HumanFormat.count(Math.round(perSecond))
        + "/s"
        + (delivered > 0 ? ", " + Math.round(left / perSecond) + " s left" : "");
  }

  void end(DemoSummary summary) {
    println("");
    summary.lines(style).forEach(this::println);
  }

  private void println(String line) {
    lock.lock();
    try {
      if (isLineOpen) {
        out.print(CLEAR_LINE);
        isLineOpen = false;
      }
      out.println(line);
    } finally {
      lock.unlock();
    }
  }
}
