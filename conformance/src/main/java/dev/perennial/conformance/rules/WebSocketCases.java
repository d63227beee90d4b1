package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Protocol.WEBSOCKET;
import static dev.perennial.testkit.WebSocketFrame.BINARY;
import static dev.perennial.testkit.WebSocketFrame.CLOSE;
import static dev.perennial.testkit.WebSocketFrame.CONTINUATION;
import static dev.perennial.testkit.WebSocketFrame.PING;
import static dev.perennial.testkit.WebSocketFrame.PONG;
import static dev.perennial.testkit.WebSocketFrame.TEXT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.testkit.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The cases of RFC 6455, section by section: what a server sends, and what is expected of a client.
 * The ids are {@code suite-SECTION.NUMBER}. Each case is one connection. The rules about
 * compression follow.
 */
public final class WebSocketCases {
  private static final WebSocketFrame LAST = WebSocketFrame.text("last");

  /** Well-formed UTF-8, at the ends of the ranges of each length. */
  private static final List<String> GOOD =
      List.of(
          "00",
          "7f",
          "c280",
          "dfbf",
          "e0a080",
          "e18080",
          "ed9fbf",
          "ee8080",
          "efbfbf",
          "efbfbd",
          "f0908080",
          "f48fbfbf",
          "f0908d88",
          "cebae1bdb9cf83cebcceb5");

  /** Malformed: lone and missing continuations, overlong forms, surrogates, above U+10FFFF. */
  private static final List<String> BAD =
      List.of(
          "80",
          "bf",
          "8080",
          "c2",
          "c220",
          "e0a0",
          "e0a020",
          "f09080",
          "f0908020",
          "fe",
          "ff",
          "fefeffff",
          "c080",
          "c1bf",
          "e08080",
          "e09fbf",
          "f0808080",
          "f08fbfbf",
          "eda080",
          "edaebf",
          "edb080",
          "edbfbf",
          "eda080edb080",
          "f4908080",
          "f5808080",
          "f8888080",
          "fc8480808080",
          "cebae1bdb9cf83cebcceb5eda080656469746564");

  private WebSocketCases() {}

  /** Returns all cases in the order of their sections. */
  public static List<Rule> all() {
    List<Rule> all = new ArrayList<>();
    framing(all);
    pings(all);
    reservedBits(all);
    opcodes(all);
    fragments(all);
    utf8(all);
    closing(all);
    sizes(all);
    all.addAll(DeflateRules.all());
    return List.copyOf(all);
  }

  // ---- 1 to 4: single frames ----

  private static void framing(List<Rule> all) {
    for (int length : new int[] {0, 1, 125, 126, 127, 128, 65_535, 65_536}) {
      String text = "x".repeat(length);
      reads(all, "1", "text of " + length + " bytes", List.of(text), bytes(text(text)));
    }
    for (int chop : new int[] {1, 997}) {
      String text = "y".repeat(chop == 1 ? 200 : 65_536);
      List<byte[]> pieces = chopped(text(text).encoded(), chop);
      reads(all, "1", "text in writes of " + chop + " bytes", List.of(text), pieces);
    }
    fails(all, "1", "a masked frame", text("x").encodedMasked(0x01020304));
    fails(all, "1", "a length of 5 in 2 bytes", hex("817e00056869686968"));
    fails(all, "1", "a length of 5 in 8 bytes", hex("817f00000000000000056869686968"));
    fails(all, "1", "a negative length", hex("817fffffffffffffffff"));
  }

  private static void pings(List<Rule> all) {
    byte[] noText = new byte[125];
    Arrays.fill(noText, (byte) 0xfe);
    for (byte[] payload : List.of(new byte[0], "hello".getBytes(UTF_8), hex("00fffefd"), noText)) {
      WebSocketFrame ping = WebSocketFrame.of(PING, payload);
      String words = "a ping of " + payload.length + " bytes";
      answers(all, words, List.of(pong(payload)), bytes(ping, LAST));
      answers(
          all, words + ", a byte at a time", List.of(pong(payload)), chopped(whole(ping, LAST), 1));
    }
    fails(all, "2", "a ping of 126 bytes", WebSocketFrame.of(PING, new byte[126]).encoded());
    fails(all, "2", "a pong of 126 bytes", WebSocketFrame.of(PONG, new byte[126]).encoded());
    answers(all, "a pong that was not asked for", List.of(), bytes(WebSocketFrame.pong(""), LAST));
    answers(all, "a pong with a payload", List.of(), bytes(WebSocketFrame.pong("unasked"), LAST));
    WebSocketFrame[] ten = new WebSocketFrame[11];
    Arrays.setAll(ten, i -> i == 10 ? LAST : WebSocketFrame.ping("ping " + i));
    List<String> pongs =
        IntStream.range(0, 10).mapToObj(i -> pong(("ping " + i).getBytes(UTF_8))).toList();
    answers(all, "ten pings in one write", pongs, List.of(whole(ten)));
    answers(all, "ten pings, a byte at a time", pongs, chopped(whole(ten), 1));
  }

  private static void reservedBits(List<Rule> all) {
    for (int rsv = 1; rsv <= 7; rsv++) {
      fails(all, "3", "reserved bits " + rsv + " on text", text("x").withRsv(rsv).encoded());
      fails(
          all,
          "3",
          "reserved bits " + rsv + " on a ping",
          WebSocketFrame.ping("").withRsv(rsv).encoded());
    }
    fails(
        all,
        "3",
        "a reserved bit on a close frame",
        WebSocketFrame.close(1000, "").withRsv(1).encoded());
  }

  private static void opcodes(List<Rule> all) {
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      fails(all, "4", "opcode " + opcode, WebSocketFrame.of(opcode, new byte[0]).encoded());
      byte[] payload = "reserved".getBytes(UTF_8);
      fails(
          all,
          "4",
          "opcode " + opcode + " with a payload",
          WebSocketFrame.of(opcode, payload).encoded());
    }
  }

  // ---- 5 and 6: messages ----

  private static void fragments(List<Rule> all) {
    WebSocketFrame first = text("one").unfinished();
    WebSocketFrame more = more("two");
    fails(all, "5", "a ping in fragments", WebSocketFrame.ping("x").unfinished().encoded());
    fails(all, "5", "a pong in fragments", WebSocketFrame.pong("x").unfinished().encoded());
    reads(all, "5", "two fragments", List.of("onetwo"), bytes(first, more));
    reads(all, "5", "two fragments in one write", List.of("onetwo"), List.of(whole(first, more)));
    reads(
        all,
        "5",
        "two fragments, a byte at a time",
        List.of("onetwo"),
        chopped(whole(first, more), 1));
    reads(
        all,
        "5",
        "a ping between fragments",
        List.of("onetwo"),
        bytes(first, WebSocketFrame.ping("p"), more));
    reads(
        all,
        "5",
        "a pong between fragments",
        List.of("onetwo"),
        bytes(first, WebSocketFrame.pong("p"), more));
    reads(
        all,
        "5",
        "empty fragments",
        List.of(""),
        bytes(text("").unfinished(), more("").unfinished(), more("")));
    reads(
        all,
        "5",
        "an empty fragment between",
        List.of("onetwo"),
        bytes(first, more("").unfinished(), more));
    fails(all, "5", "a continuation of nothing", more.encoded());
    fails(all, "5", "an unfinished continuation of nothing", more.unfinished().encoded());
    fails(all, "5", "a message within a message", whole(first, text("three")));
    fails(
        all,
        "5",
        "an unfinished message within a message",
        whole(first, text("three").unfinished()));
    fails(all, "5", "a continuation after a message", whole(WebSocketFrame.ping(""), more));
    fails(all, "5", "binary within text", whole(first, WebSocketFrame.of(BINARY, new byte[1])));
  }

  private static void utf8(List<Rule> all) {
    for (String good : GOOD) {
      byte[] bytes = hex(good);
      String text = new String(bytes, UTF_8);
      reads(all, "6", "UTF-8 " + good, List.of("." + text), bytes(text("." + text)));
      reads(all, "6", "UTF-8 " + good + " in fragments", List.of("." + text), perByte("." + text));
    }
    for (String bad : BAD) {
      fails(all, "6", "no UTF-8 " + bad, WebSocketFrame.of(TEXT, hex(bad)).encoded());
    }
    for (String bad : List.of("c080", "eda080", "f4908080", "ff")) {
      WebSocketFrame begun = WebSocketFrame.of(TEXT, hex("cebae1bdb9" + bad)).unfinished();
      fails(all, "6", "no UTF-8 " + bad + " in a message that goes on", begun.encoded());
    }
    fails(
        all,
        "6",
        "a message that ends within a character",
        whole(WebSocketFrame.of(TEXT, hex("cebae1bd"))));
  }

  // ---- 7: closing ----

  private static void closing(List<Rule> all) {
    for (int code :
        new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
      closes(
          all, "a close with " + code, "close " + code, WebSocketFrame.close(code, "").encoded());
    }
    closes(all, "a close without a code", "close", WebSocketFrame.close().encoded());
    closes(
        all,
        "a reason of 123 bytes",
        "close 1001",
        WebSocketFrame.close(1001, "r".repeat(123)).encoded());
    closes(
        all,
        "a reason with other characters",
        "close 1001",
        WebSocketFrame.close(1001, "über €").encoded());
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535}) {
      leaves(
          all,
          "a close with " + code + ", which must not be sent",
          WebSocketFrame.close(code, "").encoded());
    }
    leaves(all, "a close frame of one byte", WebSocketFrame.of(CLOSE, new byte[] {3}).encoded());
    leaves(all, "a reason of 124 bytes", WebSocketFrame.close(1000, "r".repeat(124)).encoded());
    leaves(
        all,
        "a reason that is not UTF-8",
        WebSocketFrame.of(CLOSE, hex("03e9cebaeda080")).encoded());
    leaves(all, "a message after the close", whole(WebSocketFrame.close(1001, ""), text("late")));
    leaves(
        all,
        "a ping after the close",
        whole(WebSocketFrame.close(1001, ""), WebSocketFrame.ping("late")));
  }

  // ---- 9: sizes ----

  private static void sizes(List<Rule> all) {
    for (int kib : new int[] {64, 256, 1_024, 4_096}) {
      String text = "z".repeat(kib * 1_024);
      reads(all, "9", kib + " KiB", List.of(text), bytes(text(text)));
    }
    String mebibyte = "w".repeat(1_024 * 1_024);
    for (int size : new int[] {64, 4_096, 65_536}) {
      reads(
          all,
          "9",
          "1 MiB in fragments of " + size,
          List.of(mebibyte),
          List.of(inFragments(mebibyte, size)));
    }
    reads(
        all,
        "9",
        "1 MiB in writes of 1,500 bytes",
        List.of(mebibyte),
        chopped(text(mebibyte).encoded(), 1_500));
    List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "message " + i).toList();
    reads(all, "9", "1,000 messages", many, many.stream().map(one -> text(one).encoded()).toList());
  }

  // ---- What is expected ----

  private static void reads(
      List<Rule> all, String section, String words, List<String> data, List<byte[]> writes) {
    add(
        all,
        section,
        words + " is delivered",
        s ->
            s.reply(reply(writes).hold())
                .untilDelivered(data.size())
                .expect(Checks.delivered(data.toArray(String[]::new))));
  }

  /** The client answers with these frames, and delivers the last message. */
  private static void answers(
      List<Rule> all, String words, List<String> pongs, List<byte[]> writes) {
    add(
        all,
        "2",
        words + (pongs.isEmpty() ? " is not answered" : " is answered, each by a pong"),
        s -> {
          s.reply(reply(writes).hold()).untilDelivered(1);
          if (!pongs.isEmpty()) {
            String last = pongs.get(pongs.size() - 1);
            s.until("the last pong", trace -> WebSocketFramingRules.hasReceived(trace, last));
          }
          s.expect(Checks.delivered("last"), pongs(pongs));
        });
  }

  /** The client ends the connection, and delivers nothing that comes with or after the breach. */
  private static void fails(List<Rule> all, String section, String words, byte[] breach) {
    add(
        all,
        section,
        words + " ends the connection",
        s -> {
          Reply reply = Reply.open(WEBSOCKET).frame(text("good")).awaitDelivered(1);
          left(s, raw(reply, List.of(breach, text("never").encoded())), "good");
        });
  }

  private static void closes(List<Rule> all, String words, String answer, byte[] close) {
    add(
        all,
        "7",
        words + " is answered by the same",
        s -> {
          Reply reply = Reply.open(WEBSOCKET).frame(text("good")).awaitDelivered(1);
          left(s, raw(reply, List.of(close)), "good");
          s.until("a close frame", trace -> WebSocketFramingRules.hasReceived(trace, "close"));
          s.expect(WebSocketFramingRules.received(answer));
        });
  }

  private static void leaves(List<Rule> all, String words, byte[] bytes) {
    add(
        all,
        "7",
        words + " ends the connection",
        s -> {
          Reply reply = Reply.open(WEBSOCKET).frame(text("good")).awaitDelivered(1);
          left(s, raw(reply, List.of(bytes)), "good");
          s.expect(pongs(List.of()));
        });
  }

  private static void left(Scenario scenario, Reply reply, String data) {
    scenario
        .reply(reply.hold())
        .always(Reply.answer(WEBSOCKET, 204))
        .until("the client to close the connection", WebSocketCases::isLeft)
        .expect(Checks.delivered(data));
  }

  /** It has closed the socket, or sent a close frame after which the server closes first. */
  private static boolean isLeft(Trace trace) {
    return !trace.all(Kind.LEFT, 1).isEmpty() || WebSocketFramingRules.hasReceived(trace, "close");
  }

  private static Check pongs(List<String> expected) {
    return Checks.custom(
        "Expected the pongs " + expected + ".",
        seen -> {
          List<String> actual =
              seen.trace().all(Kind.RECEIVED).stream()
                  .map(TraceEvent::text)
                  .filter(one -> one.startsWith("frame 10"))
                  .toList();
          return actual.equals(expected) ? null : "they were " + actual + ".";
        });
  }

  private static void add(
      List<Rule> all, String section, String sentence, Consumer<? super Scenario> author) {
    String prefix = "suite-" + section + ".";
    long number = 1 + all.stream().filter(rule -> rule.id().startsWith(prefix)).count();
    String start = sentence.substring(0, 1).toUpperCase(Locale.ROOT);
    all.add(
        ScenarioRule.named(prefix + number, Area.FRAMING, start + sentence.substring(1) + ".")
            .source("RFC 6455")
            .on(WEBSOCKET)
            .scenario(author));
  }

  // ---- Bytes ----

  private static Reply reply(List<byte[]> writes) {
    return raw(Reply.open(WEBSOCKET), writes);
  }

  private static Reply raw(Reply reply, List<byte[]> writes) {
    writes.forEach(bytes -> reply.send(bytes, bytes.length + " bytes"));
    return reply;
  }

  private static WebSocketFrame text(String text) {
    return WebSocketFrame.text(text);
  }

  private static WebSocketFrame more(String text) {
    return WebSocketFrame.of(CONTINUATION, text.getBytes(UTF_8));
  }

  private static String pong(byte[] payload) {
    return Format.visible(WebSocketFrame.of(PONG, payload).toString());
  }

  private static List<byte[]> bytes(WebSocketFrame... frames) {
    return Arrays.stream(frames).map(WebSocketFrame::encoded).toList();
  }

  private static byte[] whole(WebSocketFrame... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(frames).forEach(frame -> all.writeBytes(frame.encoded()));
    return all.toByteArray();
  }

  private static List<byte[]> chopped(byte[] bytes, int size) {
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += size) {
      pieces.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
    }
    return pieces;
  }

  private static List<byte[]> perByte(String text) {
    return chopped(inFragments(text.getBytes(UTF_8), 1), 1_024);
  }

  private static byte[] inFragments(String text, int size) {
    return inFragments(text.getBytes(ISO_8859_1), size);
  }

  private static byte[] inFragments(byte[] message, int size) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int from = 0; from < message.length; from += size) {
      int to = Math.min(message.length, from + size);
      WebSocketFrame frame =
          WebSocketFrame.of(from == 0 ? TEXT : CONTINUATION, Arrays.copyOfRange(message, from, to));
      all.writeBytes((to == message.length ? frame : frame.unfinished()).encoded());
    }
    return all.toByteArray();
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
