package dev.perennial.sample;

import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.rules.ExternalResource;

/**
 * Skips tests that show resources if the build could not compile them, and says why:
 *
 * <pre>{@code
 * @Rule public final RequiresResources resources = new RequiresResources();
 * }</pre>
 */
public final class RequiresResources extends ExternalResource {
  private static final Path MISSING = Path.of("target/android/resources/missing.txt");

  @Override
  protected void before() throws IOException {
    if (Files.exists(MISSING)) {
      String reason = Files.readString(MISSING).strip();
      assumeTrue("Resources are not compiled: " + reason, false);
    }
  }
}
