package dev.perennial.ndjson;

import dev.perennial.Payload.Kind;
import dev.perennial.spi.Frame;

/** A copy of a frame, which is filled again for the next one. */
record SeenFrame(Kind kind, String cursor, String text, String defect, long line, long offset) {

  static SeenFrame of(Frame frame) {
    boolean isEvent = frame.kind() == Kind.EVENT;
    return new SeenFrame(
        frame.kind(),
        frame.cursor(),
        frame.text(),
        frame.defect() == null ? null : frame.defect().getMessage(),
        isEvent ? frame.streamLine() : 0,
        isEvent ? frame.streamOffset() : 0);
  }

  @Override
  public String toString() {
    if (kind != Kind.EVENT) {
      return kind + text;
    }
    String place = line + ":" + offset + " " + text;
    return defect != null ? place + " ! " + defect : cursor != null ? place + " @" + cursor : place;
  }
}
