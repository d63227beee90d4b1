import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a jar with the modules of this JDK that Android has, in which D8 and R8 look up classes: android-all has only Android's own classes, and a whole JDK would hide that java.beans is missing on Android.
 *
 * <p>Usage: {@code java AndroidJava.java OUT.jar}
 */
final class AndroidJava {
  private static final List<String> MODULES = List.of("java.base", "java.logging", "java.sql", "java.xml");

  private AndroidJava() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("Expected OUT.jar but was " + List.of(args));
    }
    FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
    try (OutputStream out = Files.newOutputStream(Path.of(args[0]));
        ZipOutputStream jar = new ZipOutputStream(out)) {
      jar.setLevel(1);
      for (String module : MODULES) {
        Path root = jdk.getPath("modules", module);
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            String name = root.relativize(file).toString();
            if (name.endsWith(".class") && !name.equals("module-info.class")) {
              jar.putNextEntry(new ZipEntry(name));
              Files.copy(file, jar);
            }
          }
        }
      }
    }
  }
}
