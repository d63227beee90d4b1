package dev.perennial.conformance;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.WebSocketFrame;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** One thing that a scenario's server does with a connection. */
sealed interface Step {

  /** What it does, in a few words, for people. */
  String words();

  /** A whole HTTP answer in place of the stream. */
  record Answer(int status, List<String> headerLines, String body) implements Step {
    @Override
    public String words() {
      return "answers " + status + (headerLines.isEmpty() ? "" : " " + headerLines);
    }
  }

  /** The head that opens the stream. */
  record Open(String contentType, List<String> headerLines, boolean isChunked) implements Step {
    @Override
    public String words() {
      return "opens the stream" + (isChunked ? "" : ", to be ended by closing");
    }
  }

  /** Bytes of the body, or of the socket once a WebSocket is open. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Send(byte[] bytes, String words) implements Step {}

  /** A close frame, after which nothing is written. */
  record Close(WebSocketFrame frame) implements Step {
    @Override
    public String words() {
      return "sends the close " + Format.visible(frame.toString());
    }
  }

  /** Bytes as they are, whether or not a stream is open. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Raw(byte[] bytes, String words) implements Step {}

  /** The log's events after the cursor that was asked for, less an overlap. */
  record Replay(int to, int overlap) implements Step {
    @Override
    public String words() {
      return "sends what follows the cursor, up to event "
          + to
          + (overlap == 0 ? "" : ", from " + overlap + " before it");
    }
  }

  /** Nothing, for a time. */
  record Pause(Duration time) implements Step {
    @Override
    public String words() {
      return "is silent for " + Format.duration(time);
    }
  }

  /** Nothing, until something was seen. */
  record Await(Predicate<? super Trace> condition, String words) implements Step {}

  /** The connection is cut. */
  record Break(Cut how) implements Step {
    @Override
    public String words() {
      return switch (how) {
        case FIN -> "closes the connection in the middle (FIN)";
        case RST -> "resets the connection (RST)";
        case HALF_CLOSE -> "closes its half of the connection";
      };
    }
  }

  /** The orderly end of the body; of a WebSocket, the close code 1001. */
  record End() implements Step {
    @Override
    public String words() {
      return "ends the stream in good order";
    }
  }

  /** Nothing, until the client leaves or the scenario is over. */
  record Hold() implements Step {
    @Override
    public String words() {
      return "stays open and silent";
    }
  }

  /** A byte again and again, until the client leaves or so many were sent. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Flood(byte[] unit, long bytes, String words) implements Step {}
}
