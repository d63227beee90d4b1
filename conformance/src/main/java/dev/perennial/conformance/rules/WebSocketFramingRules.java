package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.SENDS_MESSAGES;
import static dev.perennial.conformance.Protocol.WEBSOCKET;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.testkit.WebSocketFrame.CONTINUATION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.Step;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.WireFormat;
import dev.perennial.testkit.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.IntStream;

/** How the frames of a WebSocket become messages (RFC 6455). */
final class WebSocketFramingRules {
  private static final String A = WireFormat.json("1", null, "a");
  private static final String B = WireFormat.json("2", null, "b");

  private static final String PONG = "frame 10: ";

  private WebSocketFramingRules() {}

  static List<Rule> all() {
    return List.of(
        rule("ws-01", "Fragments are one message, with control frames between them.")
            .source("RFC 6455 5.4")
            .covers("W-fragments", "F87")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .frame(WebSocketFrame.text(A.substring(0, 5)).unfinished())
                                .frame(WebSocketFrame.ping("between"))
                                .frame(more(A.substring(5, 9)).unfinished())
                                .frame(more(A.substring(9)))
                                .send(B)
                                .hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"))),
        rule("ws-02", "A ping is answered by a pong with the same data.")
            .source("RFC 6455 5.5.3")
            .covers("W-ping")
            .scenario(
                s ->
                    s.reply(opened().frame(WebSocketFrame.ping("are you there")).send(A).hold())
                        .untilDelivered(1)
                        .until("a pong", trace -> hasReceived(trace, "frame 10"))
                        .expect(delivered("a"), received("frame 10: 13 bytes are you there"))),
        rule("ws-03", "Text that is not UTF-8 is never delivered, and ends the connection.")
            .source("RFC 6455 8.1")
            .covers("W-utf8", "F88")
            .scenario(
                s ->
                    broken(
                        s,
                        WebSocketFrame.of(
                            WebSocketFrame.TEXT, new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}))),
        rule("ws-04", "A character split between two fragments is not damaged.")
            .source("RFC 6455 5.6")
            .covers("W-utf8", "W-fragments")
            .scenario(
                s -> {
                  byte[] text = WireFormat.json("1", null, "é€\uD83D\uDE00").getBytes(UTF_8);
                  Reply reply = opened();
                  for (int i = 0; i < text.length; i++) {
                    byte[] one = {text[i]};
                    WebSocketFrame frame =
                        WebSocketFrame.of(i == 0 ? WebSocketFrame.TEXT : CONTINUATION, one);
                    reply.frame(i == text.length - 1 ? frame : frame.unfinished());
                  }
                  s.reply(reply.hold()).untilDelivered(1).expect(delivered("é€\uD83D\uDE00"));
                }),
        rule("ws-05", "A masked frame from the server ends the connection.")
            .source("RFC 6455 5.1")
            .covers("W-frames", "F88")
            .scenario(
                s ->
                    brokenBy(
                        s,
                        opened()
                            .send(
                                WebSocketFrame.text(B).encodedMasked(0x01020304),
                                "a masked frame"))),
        rule("ws-06", "A reserved bit that was not negotiated ends the connection.")
            .source("RFC 6455 5.2")
            .covers("W-frames", "F88")
            .scenario(s -> broken(s, WebSocketFrame.text(B).withRsv(2))),
        rule("ws-07", "An opcode that is not defined ends the connection.")
            .source("RFC 6455 5.2")
            .covers("W-frames", "F88")
            .scenario(s -> broken(s, WebSocketFrame.of(3, B.getBytes(UTF_8)))),
        rule("ws-08", "A control frame of more than 125 bytes ends the connection.")
            .source("RFC 6455 5.5")
            .covers("W-frames", "F88")
            .scenario(s -> broken(s, WebSocketFrame.ping("x".repeat(126)))),
        rule("ws-09", "A control frame in fragments ends the connection.")
            .source("RFC 6455 5.5")
            .covers("W-frames", "F88")
            .scenario(s -> broken(s, WebSocketFrame.ping("x").unfinished())),
        rule("ws-10", "A continuation frame without a message ends the connection.")
            .source("RFC 6455 5.4")
            .covers("W-frames", "F88")
            .scenario(s -> broken(s, more(B))),
        rule("ws-11", "Frames are read correctly wherever reads split them.")
            .source("RFC 6455 5.2")
            .covers("W-fragments")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .trickle(WebSocketFrame.text(A).encoded(), ofSeconds(0))
                                .send(B)
                                .hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"))),
        rule("ws-12", "A handshake with a wrong accept value does not open the WebSocket.")
            .source("RFC 6455 4.1")
            .covers("W-accept")
            .scenario(
                s ->
                    s.always(
                            Reply.silent(WEBSOCKET)
                                .raw("HTTP/1.1 101 \r\nUpgrade: websocket\r\n")
                                .raw("Connection: Upgrade\r\n")
                                .raw("Sec-WebSocket-Accept: d3Jvbmc=\r\n\r\n")
                                .step(
                                    new Step.Raw(
                                        WebSocketFrame.text(A).encoded(), "a text message"))
                                .pause(ofSeconds(2)))
                        .untilServed(1)
                        .expect(delivered())),
        rule("ws-13", "A subprotocol that was not offered is refused.")
            .source("RFC 6455 4.1")
            .covers("W-not-offered", "W-subprotocol")
            .scenario(s -> refused(s, "Sec-WebSocket-Protocol: unasked")),
        rule("ws-14", "An extension that was not offered is refused.")
            .source("RFC 6455 4.1")
            .covers("W-not-offered", "W-deflate-answer")
            .scenario(s -> refused(s, "Sec-WebSocket-Extensions: x-unasked")),
        rule("ws-15", "A flood of pings does not delay what follows.")
            .source("RFC 6455 5.5.2")
            .covers("F86", "W-ping")
            .scenario(
                s -> {
                  Reply reply = opened().send(A);
                  for (int i = 0; i < 500; i++) {
                    reply.frame(WebSocketFrame.ping("flood"));
                  }
                  s.reply(reply.send(B).hold()).untilDelivered(2).expect(delivered("a", "b"));
                }),
        rule("ws-16", "Unsolicited pongs are allowed.")
            .source("RFC 6455 5.5.3")
            .covers("F86")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .frame(WebSocketFrame.pong("unasked"))
                                .send(A)
                                .frame(WebSocketFrame.pong(""))
                                .send(B)
                                .hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"))),
        rule("ws-17", "Upgrade may be one option of several in Connection.")
            .source("RFC 6455 4.1, RFC 9110 7.6.1")
            .covers("W-accept")
            .scenario(
                s ->
                    s.reply(
                            Reply.open(WEBSOCKET, "", "Connection: Upgrade, keep-alive")
                                .send(A)
                                .hold())
                        .untilDelivered(1)
                        .expect(delivered("a"))),
        rule("ws-18", "Ten pings are answered by ten pongs.")
            .source("RFC 6455 5.5.2; 5.5.3 allows to answer the last one only")
            .optional()
            .covers("W-ping")
            .scenario(
                s -> {
                  ByteArrayOutputStream pings = new ByteArrayOutputStream();
                  for (int i = 0; i < 10; i++) {
                    pings.writeBytes(WebSocketFrame.ping("ping " + i).encoded());
                  }
                  s.reply(opened().send(pings.toByteArray(), "ten pings").send(A).hold())
                      .untilDelivered(1)
                      .until("the last pong", trace -> hasReceived(trace, PONG + "6 bytes ping 9"))
                      .expect(tenPongs());
                }),
        rule("ws-19", "A ping is answered in the middle of a long message of the client.")
            .source("RFC 6455 5.4, 5.5.2")
            .optional()
            .covers("W-ping")
            .needs(SENDS_MESSAGES)
            .scenario(
                s ->
                    s.set(to -> to.message("x".repeat(12 * 1024 * 1024)))
                        .reply(
                            opened()
                                .step(new Step.StopReading())
                                .await(
                                    trace -> hasReceived(trace, "frame 1"),
                                    "waits until the message has begun")
                                .frame(WebSocketFrame.ping("during"))
                                .pause(ofSeconds(10))
                                .step(new Step.ReadOn())
                                .hold())
                        .until("the whole message", trace -> endOfMessage(trace) >= 0)
                        .until("a pong", trace -> hasReceived(trace, PONG))
                        .expect(pongBeforeTheEnd())));
  }

  private static Check tenPongs() {
    List<String> expected =
        IntStream.range(0, 10).mapToObj(i -> PONG + "6 bytes ping " + i).toList();
    return Checks.custom(
        "Expected a pong to each ping, in order.",
        seen -> {
          List<String> pongs =
              received(seen.trace()).stream().filter(one -> one.startsWith(PONG)).toList();
          return pongs.equals(expected) ? null : "they were " + pongs + ".";
        });
  }

  private static Check pongBeforeTheEnd() {
    return Checks.custom(
        "Expected the pong between the fragments of the message.",
        seen -> {
          List<String> message = received(seen.trace()).subList(0, endOfMessage(seen.trace()));
          boolean isWithin =
              message.stream()
                  .dropWhile(one -> !one.startsWith("frame 1"))
                  .anyMatch(one -> one.startsWith(PONG));
          return isWithin ? null : "it came before or after.";
        });
  }

  /** Returns which of the received frames was the last of a message; -1 for none. */
  private static int endOfMessage(Trace trace) {
    List<String> all = received(trace);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).startsWith("frame 0:") || all.get(i).startsWith("frame 1:")) {
        return i;
      }
    }
    return -1;
  }

  private static List<String> received(Trace trace) {
    return trace.all(Kind.RECEIVED).stream().map(TraceEvent::text).toList();
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.FRAMING, sentence).on(WEBSOCKET);
  }

  private static Reply opened() {
    return Reply.open(WEBSOCKET);
  }

  private static WebSocketFrame more(String text) {
    return WebSocketFrame.of(CONTINUATION, text.getBytes(UTF_8));
  }

  /** Writes a message, a frame that must end the connection, and one that must not be delivered. */
  private static void broken(Scenario scenario, WebSocketFrame frame) {
    brokenBy(scenario, opened().frame(frame));
  }

  private static void brokenBy(Scenario scenario, Reply begun) {
    Reply reply = opened().send(A).awaitDelivered(1);
    begun.steps().stream().skip(1).forEach(reply::step);
    scenario
        .reply(reply.send(WireFormat.json("9", null, "never")).hold())
        .always(Reply.answer(WEBSOCKET, 204))
        .until("the client to close the connection", trace -> !trace.all(Kind.LEFT, 1).isEmpty())
        .expect(delivered("a"), Checks.left(1));
  }

  private static void refused(Scenario scenario, String headerLine) {
    scenario
        .reply(Reply.open(WEBSOCKET, "", headerLine).send(A).hold())
        .always(Reply.answer(WEBSOCKET, 204))
        .until("the client to close the connection", trace -> !trace.all(Kind.LEFT, 1).isEmpty())
        .expect(delivered(), Checks.left(1));
  }

  static boolean hasReceived(Trace trace, String beginning) {
    return trace.all(Kind.RECEIVED).stream().anyMatch(one -> one.text().startsWith(beginning));
  }

  static Check received(String beginning) {
    return Checks.custom(
        "Expected the client to send \"" + beginning + "\".",
        seen ->
            hasReceived(seen.trace(), beginning)
                ? null
                : "it sent "
                    + seen.trace().all(Kind.RECEIVED).stream().map(TraceEvent::text).toList()
                    + ".");
  }
}
