package dev.perennial.benchmarks;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/** Runs a loop over OkHttp's response body, on a thread of its own. */
final class OkHttpBody {

  /** The loop; it ends with the body, or with an exception when the call is canceled. */
  @FunctionalInterface
  interface Loop {
    void read(BufferedSource source) throws IOException;
  }

  private OkHttpBody() {}

  static Subject.Run start(OkHttpClient client, HttpUrl url, DeliveryCheck check, Loop loop) {
    Call call = client.newCall(new Request.Builder().url(url).build());
    Thread reader = new Thread(() -> read(call, check, loop), "okhttp-body");
    reader.start();
    return new Subject.Run(
        check,
        () -> {
          call.cancel();
          reader.join();
        });
  }

  private static void read(Call call, DeliveryCheck check, Loop loop) {
    try (Response response = call.execute()) {
      loop.read(response.body().source());
      check.ended(new IOException("The body ended"));
    } catch (IOException e) {
      check.ended(e);
    }
  }
}
