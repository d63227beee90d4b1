/** What the transports over HTTP share: the exchange over OkHttp, credentials and JSON decoding. */
@SuppressWarnings("module") // Modules that are built after this one.
module dev.perennial.http {
  requires transitive com.fasterxml.jackson.databind;
  requires transitive dev.perennial;
  requires transitive okhttp3;
  requires okio;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.http;
  exports dev.perennial.json;
  exports dev.perennial.http.internal.message to
      dev.perennial.websocket;
}
