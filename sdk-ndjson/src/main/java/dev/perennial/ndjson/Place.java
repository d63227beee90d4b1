package dev.perennial.ndjson;

/**
 * A place in the body of a connection.
 *
 * @param line from 1
 * @param offset the bytes before it
 */
record Place(long line, long offset) {
  @Override
  public String toString() {
    return "at line " + line + ", byte " + offset + " of the connection";
  }
}
