package dev.perennial.internal.engine;

import dev.perennial.DecodingException;
import dev.perennial.StreamException;
import dev.perennial.internal.resume.Fingerprint;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.spi.Frame;
import java.io.IOException;
import java.util.regex.Pattern;

/** An event cannot be decoded. The message says where it is and how it begins. */
final class MalformedEventException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_ID_CHARS = 100;

  /** Includes what reorders or hides other characters. */
  private static final Pattern NOT_SHOWN = Pattern.compile("[\\p{Cntrl}\\p{Cf}]");

  private final String report;
  private final long fingerprint;
  private final boolean isPermanent;

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
    if (thrown instanceof DecodingException refusal) {
      String words = String.valueOf(refusal.getMessage());
      return new MalformedEventException(payload, endpoint, refusal, words, refusal.isPermanent());
    }
    // Not the message, which may repeat the data.
    return new MalformedEventException(
        payload, endpoint, thrown, thrown.getClass().getSimpleName(), false);
  }

  /** An event that the transport found to be defective. */
  static MalformedEventException defective(Frame payload, String endpoint, IOException defect) {
    String message = String.valueOf(defect.getMessage());
    return new MalformedEventException(payload, endpoint, defect, message, false);
  }

  private MalformedEventException(
      Frame payload, String endpoint, Throwable cause, String why, boolean isPermanent) {
    super(null, cause, false, false);
    this.report =
        "Expected an event that can be decoded from "
            + endpoint
            + " but was "
            + payload.length()
            + " bytes of type \""
            + payload.type()
            + "\""
            + id(payload)
            + place(payload)
            + " that begin with "
            + JsonShape.of(payload)
            + ": "
            + why;
    this.fingerprint = Fingerprint.of(payload);
    this.isPermanent = isPermanent;
  }

  private static String id(Frame frame) {
    String id = frame.id();
    if (id == null || id.isEmpty()) {
      return "";
    }
    String shown = id.length() <= SHOWN_ID_CHARS ? id : id.substring(0, SHOWN_ID_CHARS) + "…";
    return " with id \"" + NOT_SHOWN.matcher(shown).replaceAll("?") + "\"";
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

  /** Whether no other event would change it. */
  boolean isPermanent() {
    return isPermanent;
  }

  StreamException report() {
    return new StreamException(StreamException.Reason.MALFORMED, report, getCause());
  }

  ConnectionEnd end() {
    return isPermanent
        ? ConnectionEnd.failedForGood(report())
        : ConnectionEnd.malformed(report, getCause(), fingerprint);
  }
}
