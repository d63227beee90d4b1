package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.Payload.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import okio.Buffer;

/** The framer returns what other parsers return, however the reads cut the stream. */
final class SseFramerPropertyTest {
  private static final int MAX_EVENT_BYTES = 1 << 20;

  @Property(tries = 5_000)
  void hostileStreamsGiveWhatTheReferenceParserGives(
      @ForAll("hostileStreams") byte[] stream, @ForAll("readSizes") List<Integer> readSizes) {
    assertEquals(ReferenceParser.parse(stream), framesOf(stream, readSizes));
  }

  @Property(tries = 2_000)
  void orderlyStreamsGiveWhatOkHttpGives(
      @ForAll("orderlyStreams") String stream, @ForAll("readSizes") List<Integer> readSizes) {
    byte[] bytes = stream.getBytes(UTF_8);

    List<SeenFrame> frames = framesOf(bytes, readSizes);

    assertEquals(eventsByOkHttp(bytes), eventsWithLastIds(frames));
  }

  @Provide
  Arbitrary<byte[]> hostileStreams() {
    Arbitrary<byte[]> lineEnds = tokens("\n", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "\r\r");
    Arbitrary<byte[]> names =
        tokens("data", "data:", "data: ", "id", "id:", "id: ", "event:", "event: ", "event");
    Arbitrary<byte[]> others =
        tokens("retry:", "retry: ", ":", ": ", "dat", "datax", "x: ", " ", "\t", "\0", "\ufeff");
    Arbitrary<byte[]> values =
        tokens(
            "a", "bc", "1", "23", "99999999999999999999", "é", "€", "😀", "message", "{\"a\":1}");
    Arbitrary<byte[]> anyBytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(4);
    // Whole lines; otherwise ids and types would reach their limits.
    Arbitrary<byte[]> longLines =
        Combinators.combine(
                Arbitraries.of("data:", ":", "x"), Arbitraries.integers().between(9, 3_000))
            .as((name, n) -> ("\n" + name + "0123456789".repeat(n) + "\n").getBytes(UTF_8));
    return Arbitraries.frequencyOf(
            Tuple.of(30, lineEnds),
            Tuple.of(30, names),
            Tuple.of(15, others),
            Tuple.of(20, values),
            Tuple.of(4, anyBytes),
            Tuple.of(1, longLines))
        .list()
        .ofMaxSize(80)
        .map(SseFramerPropertyTest::joined);
  }

  /** What okhttp-sse gets right: no BOM, lone CR or NUL, an id only with data, a complete end. */
  @Provide
  Arbitrary<String> orderlyStreams() {
    Arbitrary<String> text =
        Arbitraries.strings().withChars("ab:{}\", 0é€\ufeff").ofMaxLength(20).map(t -> "x" + t);
    Arbitrary<String> colon = Arbitraries.of(":", ": ");
    Arbitrary<String> data = Combinators.combine(colon, text).as((c, t) -> "data" + c + t + "\n");
    Arbitrary<String> other =
        Arbitraries.oneOf(
            data,
            Arbitraries.of("data\n", "data:\n", "data: \n", "id\n", "id:\n", "event\n", "event:\n"),
            Combinators.combine(colon, text).as((c, t) -> "id" + c + t + "\n"),
            Combinators.combine(colon, text).as((c, t) -> "event" + c + t + "\n"),
            Combinators.combine(colon, text).as((c, t) -> c + t + "\n"),
            Combinators.combine(colon, text).as((c, t) -> "unknown" + c + t + "\n"),
            Arbitraries.of("retry: 1000\n", "retry:0\n", "retry: 1000x\n", "retry\n"));
    Arbitrary<String> block =
        Combinators.combine(other.list().ofMaxSize(3), data, other.list().ofMaxSize(3))
            .as((before, own, after) -> String.join("", before) + own + String.join("", after));
    return Combinators.combine(block.list().ofMaxSize(12), Arbitraries.of("\n", "\r\n"))
        .as((blocks, end) -> blocksToStream(blocks).replace("\n", end));
  }

  @Provide
  Arbitrary<List<Integer>> readSizes() {
    Arbitrary<Integer> size =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(1, 3)),
            Tuple.of(2, Arbitraries.integers().between(4, 40)),
            Tuple.of(1, Arbitraries.integers().between(41, 5_000)));
    return size.list().ofMinSize(1).ofMaxSize(20);
  }

  private static Arbitrary<byte[]> tokens(String... tokens) {
    return Arbitraries.of(tokens).map(token -> token.getBytes(UTF_8));
  }

  private static byte[] joined(List<byte[]> tokens) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    tokens.forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  private static String blocksToStream(List<String> blocks) {
    StringBuilder stream = new StringBuilder();
    blocks.forEach(block -> stream.append(block).append('\n'));
    return stream.toString();
  }

  private static List<SeenFrame> framesOf(byte[] stream, List<Integer> readSizes) {
    Feed feed = new Feed(MAX_EVENT_BYTES);
    int read = 0;
    for (int i = 0; read < stream.length; i++) {
      int size = Math.min(readSizes.get(i % readSizes.size()), stream.length - read);
      feed.read(stream, read, size);
      read += size;
    }
    assertNull(feed.failure);
    return feed.seen;
  }

  /** Events as okhttp-sse reports them: an id stays until the next one; an empty one is null. */
  private static List<SeenFrame> eventsWithLastIds(List<SeenFrame> frames) {
    List<SeenFrame> events = new ArrayList<>();
    String lastId = null;
    for (SeenFrame frame : frames) {
      if (frame.cursor() != null) {
        lastId = frame.id();
      }
      if (frame.kind() == Kind.EVENT) {
        events.add(new SeenFrame(Kind.EVENT, frame.type(), lastId, null, null, frame.text()));
      }
    }
    return events;
  }

  private static List<SeenFrame> eventsByOkHttp(byte[] stream) {
    List<SeenFrame> events = new ArrayList<>();
    Response response =
        new Response.Builder()
            .request(new Request.Builder().url("http://localhost/").build())
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .body(
                ResponseBody.create(
                    new Buffer().write(stream), MediaType.get("text/event-stream"), stream.length))
            .build();
    EventSources.processResponse(
        response,
        new EventSourceListener() {
          @Override
          public void onEvent(EventSource source, String id, String type, String data) {
            String named = type == null ? "message" : type;
            events.add(new SeenFrame(Kind.EVENT, named, id, null, null, data));
          }

          @Override
          public void onFailure(EventSource source, Throwable failure, Response response) {
            throw new AssertionError("Expected okhttp-sse to read the stream", failure);
          }
        });
    return events;
  }
}
