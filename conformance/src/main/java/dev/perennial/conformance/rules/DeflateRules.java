package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.LIMITS_EVENTS;
import static dev.perennial.conformance.Capability.OFFERS_WINDOW_BITS;
import static dev.perennial.conformance.Capability.READS_COMPRESSED;
import static dev.perennial.conformance.Protocol.WEBSOCKET;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.testkit.WebSocketFrame.CONTINUATION;
import static dev.perennial.testkit.WebSocketFrame.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.WireFormat;
import dev.perennial.testkit.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;

/** How a client reads compressed messages (permessage-deflate, RFC 7692). */
final class DeflateRules {
  private static final String HEADER = "Sec-WebSocket-Extensions: permessage-deflate";
  private static final String A = WireFormat.json("1", null, "a");
  private static final String B = WireFormat.json("2", null, "b");
  private static final int MEBIBYTE = 1024 * 1024;
  private static final int RSV1 = 4;
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private DeflateRules() {}

  static List<Rule> all() {
    return List.of(
        rule("deflate-01", "Compressed messages refer back to the ones before.", "7.2.3.2")
            .scenario(
                s -> {
                  Compressor server = new Compressor();
                  reads(s, "", server.frame(A), server.frame(B));
                }),
        rule("deflate-02", "A server may compress each message on its own.", "7.1.1.1")
            .scenario(
                s ->
                    reads(
                        s,
                        "; server_no_context_takeover",
                        new Compressor().frame(A),
                        new Compressor().frame(B))),
        rule("deflate-03", "A server may choose its window, and the client's context.", "7.1.2.1")
            .scenario(
                s -> {
                  Compressor server = new Compressor();
                  reads(
                      s,
                      "; server_max_window_bits=9; client_no_context_takeover",
                      server.frame(A),
                      server.frame(B));
                }),
        rule("deflate-04", "A server may limit the window that the client offers.", "7.1.2.2")
            .needs(READS_COMPRESSED, OFFERS_WINDOW_BITS)
            .scenario(
                s -> reads(s, "; client_max_window_bits=9", new Compressor().frame(A), text(B))),
        rule("deflate-05", "Messages that are not compressed come between.", "6")
            .scenario(
                s -> {
                  Compressor server = new Compressor();
                  s.reply(
                          opened("")
                              .frame(server.frame(A))
                              .frame(text(WireFormat.json("x", null, "plain")))
                              .frame(server.frame(B))
                              .hold())
                      .untilDelivered(3)
                      .expect(delivered("a", "plain", "b"));
                }),
        rule("deflate-06", "A compressed message may have fragments, and pings between.", "6.1")
            .scenario(
                s -> {
                  byte[] whole = new Compressor().payload(A);
                  Reply reply = opened("");
                  for (int i = 0; i < whole.length; i++) {
                    WebSocketFrame frame =
                        WebSocketFrame.of(i == 0 ? TEXT : CONTINUATION, new byte[] {whole[i]})
                            .withRsv(i == 0 ? RSV1 : 0);
                    reply.frame(i == whole.length - 1 ? frame : frame.unfinished());
                    reply.frame(WebSocketFrame.ping(""));
                  }
                  s.reply(reply.send(B).hold()).untilDelivered(2).expect(delivered("a", "b"));
                }),
        rule("deflate-07", "A message may end with a BFINAL block and an empty one.", "7.2.3.4")
            .scenario(
                s -> reads(s, "", compressed(finished(A, new byte[1])), new Compressor().frame(B))),
        rule(
                "deflate-08",
                "A message may end with a BFINAL block alone.",
                "7.2.2; decision: as others")
            .optional()
            .scenario(
                s -> reads(s, "", compressed(finished(A, new byte[0])), new Compressor().frame(B))),
        rule(
                "deflate-09",
                "A message may keep the tail of its flush.",
                "7.2.2; decision: as others")
            .optional()
            .scenario(
                s -> {
                  Compressor server = new Compressor();
                  reads(s, "", compressed(joined(server.payload(A), TAIL)), server.frame(B));
                }),
        rule(
                "deflate-10",
                "A mebibyte of one letter arrives.",
                "7.2.2; decision: what is allowed arrives")
            .scenario(
                s -> {
                  String data = "x".repeat(MEBIBYTE);
                  s.reply(
                          opened("")
                              .frame(new Compressor().frame(WireFormat.json("1", null, data)))
                              .hold())
                      .untilDelivered(1)
                      .expect(
                          Checks.custom(
                              "Expected an event of a mebibyte.",
                              seen ->
                                  seen.data().equals(List.of(data))
                                      ? null
                                      : "there were " + seen.data().size() + " others."));
                }),
        rule("deflate-11", "A message above the limit is refused however small it was.", "10")
            .covers("W-deflate-bomb", "F22")
            .needs(READS_COMPRESSED, LIMITS_EVENTS)
            .scenario(
                s -> {
                  s.set(to -> to.maxEventBytes(10_000));
                  broken(
                      s, new Compressor().frame(WireFormat.json("2", null, "x".repeat(MEBIBYTE))));
                }),
        rule("deflate-12", "What is no deflate stream is never delivered.", "7.2.2")
            .scenario(s -> broken(s, compressed(new byte[] {(byte) 0xff, 7, 7, 7}))),
        rule("deflate-13", "RSV1 on a continuation frame ends the connection.", "6.1")
            .scenario(
                s ->
                    broken(
                        s,
                        compressed(new byte[] {0x42}).unfinished(),
                        WebSocketFrame.of(CONTINUATION, new byte[] {0}).withRsv(RSV1))),
        rule("deflate-14", "RSV1 on a control frame ends the connection.", "6.1")
            .scenario(s -> broken(s, WebSocketFrame.ping("x").withRsv(RSV1))),
        rule("deflate-15", "An unknown parameter in the answer is refused.", "7.1")
            .covers("W-deflate-answer")
            .scenario(s -> refused(s, "; x_unasked")),
        rule("deflate-16", "A window of less than 8 bits in the answer is refused.", "7.1.2.1")
            .covers("W-deflate-answer")
            .scenario(s -> refused(s, "; server_max_window_bits=7")),
        rule("deflate-17", "A parameter that is there twice in the answer is refused.", "7.1")
            .covers("W-deflate-answer")
            .scenario(s -> refused(s, "; server_no_context_takeover; server_no_context_takeover")));
  }

  private static ScenarioRule.Draft rule(String id, String sentence, String clause) {
    return ScenarioRule.named(id, Area.FRAMING, sentence)
        .source("RFC 7692 " + clause)
        .on(WEBSOCKET)
        .covers("W-deflate")
        .needs(READS_COMPRESSED);
  }

  private static Reply opened(String parameters) {
    return Reply.open(WEBSOCKET, "", HEADER + parameters);
  }

  private static WebSocketFrame text(String text) {
    return WebSocketFrame.text(text);
  }

  private static WebSocketFrame compressed(byte[] payload) {
    return WebSocketFrame.of(TEXT, payload).withRsv(RSV1);
  }

  private static void reads(
      Scenario scenario, String parameters, WebSocketFrame a, WebSocketFrame b) {
    scenario
        .reply(opened(parameters).frame(a).frame(b).hold())
        .untilDelivered(2)
        .expect(delivered("a", "b"));
  }

  /** Writes a message, frames that must end the connection, and one that must not be delivered. */
  private static void broken(Scenario scenario, WebSocketFrame... frames) {
    Reply reply = opened("").frame(new Compressor().frame(A)).awaitDelivered(1);
    Arrays.stream(frames).forEach(reply::frame);
    scenario
        .reply(reply.send(WireFormat.json("9", null, "never")).hold())
        .always(Reply.answer(WEBSOCKET, 204))
        .until("the client to close the connection", trace -> !trace.all(Kind.LEFT, 1).isEmpty())
        .expect(delivered("a"), Checks.left(1));
  }

  private static void refused(Scenario scenario, String parameters) {
    scenario
        .reply(opened(parameters).send(A).hold())
        .always(Reply.answer(WEBSOCKET, 204))
        .until("the client to close the connection", trace -> !trace.all(Kind.LEFT, 1).isEmpty())
        .expect(delivered(), Checks.left(1));
  }

  /** Returns a whole deflate stream, and what follows it. */
  private static byte[] finished(String text, byte[] after) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, /* nowrap= */ true);
    deflater.setInput(text.getBytes(UTF_8));
    deflater.finish();
    byte[] out = new byte[1_000];
    int length = deflater.deflate(out);
    deflater.end();
    return joined(Arrays.copyOf(out, length), after);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** A server's side of a connection, which keeps its window. */
  private static final class Compressor {
    private final Deflater deflater =
        new Deflater(Deflater.DEFAULT_COMPRESSION, /* nowrap= */ true);

    WebSocketFrame frame(String text) {
      return compressed(payload(text));
    }

    /** RFC 7692, 7.2.1. */
    byte[] payload(String text) {
      deflater.setInput(text.getBytes(UTF_8));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] chunk = new byte[4_096];
      int count;
      do {
        count = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
        out.write(chunk, 0, count);
      } while (count == chunk.length);
      byte[] flushed = out.toByteArray();
      return Arrays.copyOf(flushed, flushed.length - TAIL.length);
    }
  }
}
