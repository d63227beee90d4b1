package dev.perennial.http;

import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * What a transport over HTTP was told. A value.
 *
 * @param source makes the request of each attempt
 * @param client null for the runtime's
 * @param callerHeaders go to the first origin only
 * @param authorizer gives the credential, which goes to the first origin only; null for none
 * @param formatHeaders of the format; a caller's header of the same name counts instead
 * @param wanted the answer that opens the stream
 * @param version the only one to speak; null for those of the client
 * @param cursorPlace where the cursor goes
 * @param isCursorBound whether the cursor must not leave its origin
 * @param body what is posted; null for what the source says
 * @param isResendable whether a POST may be sent again when the server may have seen it
 * @param isEndDeclared whether the caller says how the stream ends
 */
record HttpOptions(
    RequestSource source,
    @Nullable OkHttpClient client,
    Headers callerHeaders,
    @Nullable Authorizer authorizer,
    Headers formatHeaders,
    ExpectedResponse wanted,
    @Nullable Protocol version,
    CursorLocation cursorPlace,
    boolean isCursorBound,
    @Nullable RequestBody body,
    boolean isResendable,
    boolean isEndDeclared) {

  /** Without the headers, which may be secrets. */
  @Override
  public String toString() {
    return "HttpOptions(" + source + ", " + wanted.status() + ")";
  }
}
