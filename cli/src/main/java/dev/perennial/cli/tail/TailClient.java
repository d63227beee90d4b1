package dev.perennial.cli.tail;

import dev.perennial.StreamRuntime;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.http.SharedClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The HTTP client of {@code tail}, which trusts whom the options say. */
final class TailClient {
  private final OkHttpClient client;

  /** Of the last response, in lower case; empty before the first one and when it has none. */
  private volatile String contentType = "";

  /**
   * Creates a client.
   *
   * @throws picocli.CommandLine.ParameterException when the certificates cannot be read
   */
  TailClient(RequestOptions options, OptionValues values) {
    OkHttpClient.Builder builder =
        SharedClient.of(StreamRuntime.builder().build())
            .newBuilder()
            .eventListener(new ContentTypeListener());
    X509TrustManager trust = trust(options, values);
    if (trust != null) {
      builder.sslSocketFactory(context(trust).getSocketFactory(), trust);
    }
    if (options.isInsecure) {
      builder.hostnameVerifier((host, session) -> true);
    }
    this.client = builder.build();
  }

  OkHttpClient client() {
    return client;
  }

  /** Whether the last response may be NDJSON, by its content type. */
  boolean mayBeNdjson() {
    return contentType.contains("json");
  }

  /** Notes the content type of each response. */
  private final class ContentTypeListener extends EventListener {
    @Override
    public void responseHeadersEnd(Call call, Response response) {
      String type = response.header("Content-Type");
      contentType = type == null ? "" : type.toLowerCase(Locale.ROOT);
    }
  }

  /** Returns null for the certificates that Java trusts. */
  private static @Nullable X509TrustManager trust(RequestOptions options, OptionValues values) {
    if (options.isInsecure) {
      return new AnyCertificate();
    }
    Path file = options.certificates;
    if (file == null) {
      return null;
    }
    try (InputStream pem = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (!certificates.isEmpty()) {
        return only(certificates);
      }
    } catch (IOException e) {
      throw values.invalid("--cacert cannot be read: " + e);
    } catch (GeneralSecurityException e) {
      // Reported below.
    }
    throw values.invalid(
        "--cacert must be a file of certificates in PEM" + OptionValues.butWas(file.toString()));
  }

  private static X509TrustManager only(Collection<? extends Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry(Integer.toString(number++), certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  private static SSLContext context(X509TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no TLS", e);
    }
  }

  /** Trusts everyone: the caller chose {@code --insecure}. */
  private static final class AnyCertificate implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
