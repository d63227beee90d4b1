import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Collects the R8 rules that libraries ship, as Gradle's Android plugin does: those under META-INF/com.android.tools/r8* of a jar, or otherwise those under META-INF/proguard, and the proguard.txt of an archive.
 *
 * <p>Usage: {@code java ConsumerRules.java OUT.pro LIBRARY...}
 */
final class ConsumerRules {

  private ConsumerRules() {}

  public static void main(String[] args) throws IOException {
    StringBuilder rules = new StringBuilder();
    for (String library : List.of(args).subList(1, args.length)) {
      try (JarFile jar = new JarFile(library)) {
        List<JarEntry> files = jar.stream().filter(file -> !file.isDirectory()).sorted((a, b) -> a.getName().compareTo(b.getName())).toList();
        List<JarEntry> own = under("META-INF/com.android.tools/r8", files);
        for (JarEntry file : own.isEmpty() ? under("META-INF/proguard/", files) : own) {
          add(jar, file, rules);
        }
        JarEntry archived = jar.getJarEntry("proguard.txt");
        if (library.endsWith(".aar") && archived != null) {
          add(jar, archived, rules);
        }
      }
    }
    Files.writeString(Path.of(args[0]), rules);
  }

  private static List<JarEntry> under(String directory, List<JarEntry> files) {
    return files.stream().filter(file -> file.getName().startsWith(directory)).toList();
  }

  private static void add(JarFile jar, JarEntry file, StringBuilder rules) throws IOException {
    String from = Path.of(jar.getName()).getFileName() + "!" + file.getName();
    System.out.println("Rules of " + from);
    String text = new String(jar.getInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
    rules.append("# From ").append(from).append('\n').append(text.strip()).append("\n\n");
  }
}
