package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.StreamException;
import dev.perennial.examples.NchanChannel.Message;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ReceivedRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the subscriber of an Nchan channel against one that forgets, cuts and times out. */
@Timeout(60)
class NchanTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // ---- Over a WebSocket ----

  private final EventRecorder<String> texts =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);

  @Test
  void handshakeAfterACutSaysTheLastIdInItsUrl() throws Exception {
    try (FakeNchan channel = FakeNchan.buffering(10)) {
      channel.publish("{\"n\":1}");
      channel.publish("two\nlines\n\nand one");
      new NchanChannel(channel.url()).overWebSocket().subscribe(texts.listener());
      texts.assertEvents("{\"n\":1}", "two\nlines\n\nand one");

      channel.cutWhile(() -> channel.publish("missed"));
      texts.assertEvents("missed");
      channel.publish("live");
      texts.assertEvents("live");

      texts.close();
      texts.subscription().awaitClosed();
      List<ReceivedRequest> handshakes = channel.server().requests();
      assertEquals("/sub/room42", handshakes.get(0).target());
      assertEquals("/sub/room42?last_event_id=1790000000%3A1", handshakes.get(1).target());
      assertEquals(FakeNchan.id(2), handshakes.get(1).queryParameter("last_event_id"));
      assertEquals("ws+meta.nchan", handshakes.get(1).header("Sec-WebSocket-Protocol"));
      assertEquals(2, handshakes.size());
    }
  }

  @Test
  void timeoutThatClosesAsIfAllWereOverIsNotTheEnd() throws Exception {
    try (FakeNchan channel = FakeNchan.buffering(10)) {
      channel.publish("one");
      new NchanChannel(channel.url()).overWebSocket().subscribe(texts.listener());
      texts.assertEvents("one");

      channel.timeOut();
      channel.publish("two");

      texts.assertEvents("two");
      texts.close();
      texts.subscription().awaitClosed();
      assertEquals(2, channel.server().requests().size());
    }
  }

  @Test
  void subscribingWithoutPermissionFailsAtOnce() throws Exception {
    try (FakeNchan channel = FakeNchan.buffering(10)) {
      channel.forbid();

      new NchanChannel(channel.url()).overWebSocket().subscribe(texts.listener());

      StreamException failure = texts.takeFailure();
      assertEquals(403, failure.code());
      assertEquals(1, channel.server().requests().size());
    }
  }

  // ---- Over server-sent events ----

  private final EventRecorder<Message> messages =
      EventRecorder.<Message>create().waitingAtMost(PATIENCE);

  @Test
  void cutEventsGoOnAfterTheLastId() throws Exception {
    try (FakeNchan channel = FakeNchan.buffering(2)) {
      publish(channel, 7);
      new NchanChannel(channel.url()).overSse().subscribe(messages.listener());
      messages.assertEvents(new Message(7, "m7"));

      channel.cutWhile(() -> publish(channel, 8));
      messages.assertEvents(new Message(8, "m8"));
      channel.timeOut();
      publish(channel, 9);
      messages.assertEvents(new Message(9, "m9"));

      messages.close();
      messages.subscription().awaitClosed();
      List<ReceivedRequest> requests = channel.server().requests();
      assertEquals(FakeNchan.id(1), requests.get(1).header("Last-Event-ID"));
      assertEquals(FakeNchan.id(2), requests.get(2).header("Last-Event-ID"));
    }
  }

  @Test
  void whatTheBufferHasLostIsAHoleInThePublishersNumbers() throws Exception {
    try (FakeNchan channel = FakeNchan.buffering(2)) {
      publish(channel, 1);
      new NchanChannel(channel.url()).overSse().subscribe(messages.listener());
      messages.assertEvents(new Message(1, "m1"));

      channel.cutWhile(
          () -> {
            for (int n = 2; n <= 6; n++) {
              publish(channel, n);
            }
          });

      Gap gap = messages.takeGap();
      assertEquals(Gap.Reason.SEQUENCE, gap.reason());
      assertEquals(3, gap.missed());
      assertEquals(FakeNchan.id(1), gap.lastCursor());
      assertEquals(GapException.class, messages.takeFailure().getClass());
    }
  }

  private static void publish(FakeNchan channel, int n) {
    channel.publish("{\"n\":" + n + ",\"text\":\"m" + n + "\"}");
  }
}
