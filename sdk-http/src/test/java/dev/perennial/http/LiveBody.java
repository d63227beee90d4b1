package dev.perennial.http;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponseBody;
import okio.BufferedSink;

/** A body that says something and then, over HTTP/2, stays silent until the client goes. */
record LiveBody(String text) implements MockResponseBody {
  private static final int MAX_TRIES = 400;

  @Override
  public long getContentLength() {
    return -1;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.writeUtf8(text).flush();
    for (int i = 0; i < MAX_TRIES; i++) {
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        // Sends nothing; fails when the client has reset the stream.
        sink.flush();
      } catch (IOException e) {
        return;
      }
    }
  }
}
