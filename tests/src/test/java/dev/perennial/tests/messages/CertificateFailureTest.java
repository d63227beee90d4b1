package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import java.util.Date;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

/** The message says what is wrong with the server's certificate. */
class CertificateFailureTest extends FailureMessageTest {
  @Test
  void expiredCertificateIsNamed() throws Exception {
    long end = 1_577_836_800_000L;
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate expired =
        certificate("127.0.0.1").signedBy(root).validityInterval(end - 1_000_000, end).build();

    assertCertificate(root, expired, "its certificate has expired (" + new Date(end) + ")");
  }

  @Test
  void certificateOfTheFutureSuggestsTheClock() throws Exception {
    long begin = 4_102_444_800_000L;
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate early =
        certificate("127.0.0.1").signedBy(root).validityInterval(begin, begin + 1_000_000).build();

    assertCertificate(
        root,
        early,
        "its certificate is not valid yet (" + new Date(begin) + "); check the clock here");
  }

  @Test
  void certificateOfAnotherHostNamesThatHost() throws Exception {
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();

    assertCertificate(
        root,
        certificate("api.example.com").signedBy(root).build(),
        "its certificate is for another host: api.example.com");
  }

  @Test
  void unknownIssuerSuggestsTheChain() throws Exception {
    HeldCertificate root = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate other = new HeldCertificate.Builder().certificateAuthority(0).build();

    assertCertificate(
        root,
        certificate("127.0.0.1").signedBy(other).build(),
        "the issuer of its certificate is not trusted; check its chain, and the sslSocketFactory of"
            + " the client");
  }

  private static void assertCertificate(HeldCertificate root, HeldCertificate held, String words)
      throws Exception {
    HandshakeCertificates trusting =
        new HandshakeCertificates.Builder().addTrustedCertificate(root.certificate()).build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
            .build();
    try (BrokenServer server = BrokenServer.withTls(held)) {
      StreamException failure =
          Failures.of(Sse.builder(url("https", server)).client(client).stream());

      assertEquals("TLS with https://HERE/ticks failed: " + words, said(failure, server.port()));
      assertEquals(Reason.CERTIFICATE, failure.reason());
    }
  }
}
