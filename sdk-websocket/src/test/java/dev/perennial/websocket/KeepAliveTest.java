package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import okio.Sink;
import org.junit.jupiter.api.Test;

/** When pings are sent, and when one counts as unanswered. The clock counts in seconds. */
class KeepAliveTest {
  private final Clock clock = new Clock();
  private final HeldThreads threads = new HeldThreads();
  private final Buffer wire = new Buffer();
  private final BufferedSink out = Okio.buffer((Sink) wire);
  private final FrameSender outbound =
      new FrameSender(
          new FrameWriter(out, new Random(7)),
          1_000,
          threads,
          threads,
          new FrameSender.Listener() {
            @Override
            public void onCloseSent() {}

            @Override
            public void onSendFailed(java.io.IOException failure) {}
          });
  private final FakePeer peer = new FakePeer();
  private final KeepAlive keepAlive =
      new KeepAlive(clock, outbound, peer, Duration.ofSeconds(20), Duration.ofSeconds(10), null);

  @Test
  void aPingWithoutAnAnswerEndsTheConnectionAtItsLimit() throws Exception {
    keepAlive.start();
    advanceTo(29);
    assertEquals(List.of(), peer.unanswered);
    advanceTo(30);
    assertEquals(List.of("PT10S at 30"), peer.unanswered);
    advanceTo(200);
    assertEquals(1, peer.unanswered.size());
    assertEquals(List.of("ping "), ClientFrame.readAll(wire));
  }

  @Test
  void anyByteAfterThePingIsAnAnswer() throws Exception {
    keepAlive.start();
    for (int at = 1; at <= 200; at++) {
      advanceTo(at);
      peer.lastByte = at % 20 == 9 ? seconds(at) : peer.lastByte;
    }
    assertEquals(List.of(), peer.unanswered);
    assertEquals(10, ClientFrame.readAll(wire).size());
  }

  @Test
  void bytesBeforeThePingAreNone() throws Exception {
    keepAlive.start();
    advanceTo(19);
    peer.lastByte = seconds(19);
    advanceTo(30);
    assertEquals(List.of("PT10S at 30"), peer.unanswered);
  }

  @Test
  void timeInWhichWeDoNotReadDoesNotCount() throws Exception {
    keepAlive.start();
    peer.isReading = false;
    advanceTo(300);
    assertEquals(List.of(), peer.unanswered);
    assertTrue(ClientFrame.readAll(wire).size() > 10); // Our pings go on.

    peer.isReading = true;
    peer.readingSince = seconds(300);
    advanceTo(309);
    assertEquals(List.of(), peer.unanswered);
    advanceTo(320);
    assertEquals(1, peer.unanswered.size());
  }

  @Test
  void aPingThatIsNotWrittenYetHasNoLimit() {
    keepAlive.start();
    clock.advanceTo(200); // No thread writes.
    assertEquals(List.of(), peer.unanswered);
  }

  @Test
  void aPingBehindBytesThatWaitToBeSentHasNoLimit() {
    keepAlive.start();
    advanceTo(21);
    outbound.send(Message.text("waits")); // No thread writes.
    clock.advanceTo(100);
    assertEquals(List.of(), peer.unanswered);
  }

  @Test
  void aProbeHasALimitOfItsOwn() {
    keepAlive.start();
    advanceTo(3);
    keepAlive.probe(seconds(5));
    advanceTo(8);
    assertEquals(List.of("PT5S at 8"), peer.unanswered);
  }

  @Test
  void furtherProbesDoNotPutTheFirstOff() {
    keepAlive.start();
    for (int at = 3; at <= 7; at++) {
      advanceTo(at);
      keepAlive.probe(seconds(5));
    }
    advanceTo(8);
    assertEquals(List.of("PT5S at 8"), peer.unanswered);
  }

  @Test
  void onceStoppedNothingIsUnanswered() {
    keepAlive.start();
    advanceTo(25);
    keepAlive.stop();
    advanceTo(100);
    assertEquals(List.of(), peer.unanswered);
  }

  @Test
  void anotherIntervalBeginsWhenItIsSet() throws Exception {
    keepAlive.start();
    advanceTo(15);
    keepAlive.every(Duration.ofSeconds(3));
    advanceTo(17);
    assertEquals(List.of(), ClientFrame.readAll(wire));
    advanceTo(18);
    assertEquals(List.of("ping "), ClientFrame.readAll(wire));
    keepAlive.every(Duration.ofSeconds(100));
    advanceTo(27);
    assertEquals(List.of(), ClientFrame.readAll(wire));
  }

  @Test
  void withoutAnIntervalNothingIsSentUntilThereIsOne() throws Exception {
    KeepAlive off = new KeepAlive(clock, outbound, peer, null, Duration.ofSeconds(10), null);
    off.start();
    advanceTo(1_000);
    assertEquals(List.of(), ClientFrame.readAll(wire));
    off.every(Duration.ofSeconds(20));
    advanceTo(1_020);
    assertEquals(List.of("ping "), ClientFrame.readAll(wire));
  }

  @Test
  void aHeartbeatIsMadeWhenItIsWrittenAndMayBeLeftOut() throws Exception {
    Iterator<String> texts = Arrays.asList("1", null, "3").iterator();
    KeepAlive beats =
        new KeepAlive(
            clock,
            outbound,
            peer,
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            () -> texts.next());
    beats.start();
    outbound.send(Message.text("before"));
    advanceTo(20);
    outbound.send(Message.text("after"));
    advanceTo(60);
    beats.stop();

    assertEquals(
        List.of("text before", "text 1", "text after", "text 3"), ClientFrame.readAll(wire));
  }

  private void advanceTo(long second) {
    while (clock.now < seconds(second)) {
      threads.run();
      clock.advanceTo(clock.now / 1_000_000_000 + 1);
    }
    threads.run();
  }

  private static long seconds(long count) {
    return count * 1_000_000_000;
  }

  private final class FakePeer implements KeepAlive.Peer {
    private final List<String> unanswered = new ArrayList<>();
    private long lastByte = -1;
    private long readingSince;
    private boolean isReading = true;

    @Override
    public long lastByteNanos() {
      return lastByte;
    }

    @Override
    public long readingSinceNanos() {
      return isReading ? readingSince : clock.now;
    }

    @Override
    public void onPingUnanswered(Duration limit) {
      unanswered.add(limit + " at " + clock.now / 1_000_000_000);
    }
  }

  private static final class Clock implements Timekeeper {
    private record Due(Runnable task, long at) {}

    private final List<Due> due = new ArrayList<>();
    private long now;

    void advanceTo(long second) {
      while (true) {
        Due first = due.stream().min(Comparator.comparingLong(Due::at)).orElse(null);
        if (first == null || first.at > seconds(second)) {
          now = Math.max(now, seconds(second));
          return;
        }
        due.remove(first);
        now = Math.max(now, first.at);
        first.task.run();
      }
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public boolean await(Condition condition, long nanos) {
      throw new UnsupportedOperationException("Expected no wait");
    }

    @Override
    public Timer schedule(Runnable task, long nanos) {
      Due added = new Due(task, now + nanos);
      due.add(added);
      return () -> due.remove(added);
    }
  }
}
