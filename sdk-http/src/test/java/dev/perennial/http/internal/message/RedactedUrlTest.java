package dev.perennial.http.internal.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactedUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://user:pass@api.example.com/a/b?token=x#f, https://api.example.com/a/b",
    "http://api.example.com:8080, http://api.example.com:8080/",
    "https://[::1]:8443/x?y, https://[::1]:8443/x"
  })
  void showsSchemeHostPortAndPath(String url, String shown) {
    assertEquals(shown, RedactedUrl.of(HttpUrl.get(url)));
  }

  @ParameterizedTest
  @CsvSource({
    "htps://user:pass@host/path?token=x, htps://host/path",
    "user:pass@host/path#secret, host/path",
    "not a url, not a url",
    "https://user:pa#ss@host/x, https://…",
    "ftp://user:pa?ss@host/, ftp://…",
    "user:pa#ss@host, …",
    "htps://host/path?mail=a@b, htps://…",
    "ftp://user:pa/ss@host/x?y, ftp://host/x",
    "ftp://a:b@c:d@host, ftp://host"
  })
  void hidesTheSecretsOfWhatIsNoUrl(String text, String shown) {
    assertEquals(shown, RedactedUrl.ofText(text));
  }

  @Test
  void shortensWhatIsTooLong() {
    assertEquals(201, RedactedUrl.ofText("x".repeat(5_000)).length());
  }
}
