package dev.perennial.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The streams of the corpus give the same frames, however the reads cut them. */
final class SseCorpusTest {

  static Stream<CorpusStream> corpus() throws Exception {
    return CorpusStream.all();
  }

  static Stream<CorpusStream> corpusWithinLimits() throws Exception {
    return corpus().filter(stream -> !String.join(" ", stream.frames()).contains("LIMIT"));
  }

  @Test
  void corpusIsComplete() throws Exception {
    assertTrue(corpus().count() >= 40);
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void wholeStream(CorpusStream stream) {
    Feed feed = new Feed(stream.maxEventBytes()).read(stream.bytes().toByteArray());

    assertEquals(stream.frames(), feed.lines());
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void everySplitIntoTwoReads(CorpusStream stream) {
    byte[] bytes = stream.bytes().toByteArray();

    for (int cut = 0; cut <= bytes.length; cut++) {
      Feed feed = new Feed(stream.maxEventBytes());
      feed.read(bytes, 0, cut).read(bytes, cut, bytes.length - cut);

      assertEquals(stream.frames(), feed.lines(), "cut at " + cut);
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void byteByByteEachFrameComesWithItsOwnLastByte(CorpusStream stream) {
    byte[] bytes = stream.bytes().toByteArray();
    Feed feed = new Feed(stream.maxEventBytes());
    List<Integer> frameEnds = new ArrayList<>();

    for (int i = 0; i < bytes.length; i++) {
      feed.read(bytes, i, 1);
      while (frameEnds.size() < feed.lines().size()) {
        frameEnds.add(i + 1);
      }
    }

    assertEquals(stream.frames(), feed.lines());
    assertEquals(stream.frameEnds(), frameEnds);
  }

  @ParameterizedTest
  @MethodSource("corpusWithinLimits")
  void betweenEventsTheBufferIsEmpty(CorpusStream stream) {
    Feed feed = new Feed(stream.maxEventBytes()).eachByteAlone(stream.bytes().toByteArray());
    feed.eachByteAlone(new byte[] {'\n', '\n'});

    assertFalse(feed.framer.isInsideEvent());
    assertEquals(feed.buffer.start(), feed.buffer.end());
  }
}
