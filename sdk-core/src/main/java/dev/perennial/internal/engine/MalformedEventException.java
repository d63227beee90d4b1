package dev.perennial.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Payload;
import dev.perennial.StreamException;
import dev.perennial.internal.resume.Fingerprint;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.spi.Frame;
import java.io.IOException;

/** An event cannot be decoded. The message says where it is and how it begins. */
final class MalformedEventException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_BYTES = 32;

  private final String report;
  private final long fingerprint;

  /**
   * What a decoder, or another function of the caller's, threw about an event. Whatever it is, it
   * is about this event alone, unless the process itself is in trouble: then it is thrown on.
   */
  static MalformedEventException of(Frame payload, String endpoint, Throwable thrown)
      throws InterruptedException {
    if (thrown instanceof InterruptedException interrupted) {
      throw interrupted; // Undeclared: the engine's thread is to end.
    }
    boolean isOfTheEvent = thrown instanceof StackOverflowError; // It is nested too deeply.
    if (thrown instanceof VirtualMachineError error && !isOfTheEvent) {
      throw error;
    }
    // Not the message, which may repeat the data.
    return new MalformedEventException(
        payload, endpoint, thrown, thrown.getClass().getSimpleName());
  }

  /** An event that the transport found to be defective. */
  static MalformedEventException defective(Frame payload, String endpoint, IOException defect) {
    String message = String.valueOf(defect.getMessage());
    return new MalformedEventException(payload, endpoint, defect, message);
  }

  private MalformedEventException(Frame payload, String endpoint, Throwable cause, String why) {
    super(null, cause, false, false);
    this.report =
        "Expected an event that can be decoded from "
            + endpoint
            + " but was "
            + payload.length()
            + " bytes of type \""
            + payload.type()
            + "\""
            + place(payload)
            + " that begin with "
            + beginning(payload)
            + ": "
            + why;
    this.fingerprint = Fingerprint.of(payload);
  }

  private static String place(Frame frame) {
    return frame.streamLine() == 0
        ? ""
        : " at line "
            + frame.streamLine()
            + ", byte "
            + frame.streamOffset()
            + " of the connection,";
  }

  StreamException report() {
    return new StreamException(StreamException.Reason.MALFORMED, report, getCause());
  }

  ConnectionEnd end() {
    return ConnectionEnd.malformed(report, getCause(), fingerprint);
  }

  /** Shows the first bytes, with letters and digits hidden, since they may be secret. */
  private static String beginning(Payload payload) {
    int length = Math.min(SHOWN_BYTES, payload.length());
    String text = new String(payload.array(), payload.offset(), length, UTF_8);
    StringBuilder shape = new StringBuilder("\"");
    text.codePoints()
        .map(c -> Character.isLetter(c) ? 'x' : Character.isDigit(c) ? '9' : c)
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(shape::appendCodePoint);
    return shape.append(length < payload.length() ? "\"…" : "\"").toString();
  }
}
