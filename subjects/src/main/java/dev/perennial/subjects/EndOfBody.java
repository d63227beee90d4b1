package dev.perennial.subjects;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * Slows down a client that keeps asking for more of a body that has ended, so that it does not use
 * a whole core. The client gets the same answer as without this interceptor, but after a
 * millisecond; once its call is canceled it gets an exception, so that its thread ends.
 */
final class EndOfBody implements Interceptor {
  private static final long PAUSE_NANOS = 1_000_000;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    return response.newBuilder().body(new Body(response.body(), chain.call())).build();
  }

  private static final class Body extends ResponseBody {
    private final ResponseBody body;
    private final BufferedSource source;

    Body(ResponseBody body, Call call) {
      this.body = body;
      this.source = Okio.buffer(new PausingSource(body.source(), call));
    }

    @Override
    public @Nullable MediaType contentType() {
      return body.contentType();
    }

    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public BufferedSource source() {
      return source;
    }
  }

  private static final class PausingSource extends ForwardingSource {
    private final Call call;
    private boolean isAtEnd;

    PausingSource(Source source, Call call) {
      super(source);
      this.call = call;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      if (isAtEnd) {
        LockSupport.parkNanos(PAUSE_NANOS);
        if (call.isCanceled()) {
          throw new IOException("canceled after the end of the body");
        }
      }
      long count = super.read(sink, byteCount);
      isAtEnd = count < 0;
      return count;
    }
  }
}
