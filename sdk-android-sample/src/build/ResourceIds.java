import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes an R.java from the resources, so that the app compiles without aapt. Its numbers are not those of a resource table: what runs is compiled with aapt's own ids, by the profile {@code android} or by Gradle.
 *
 * <p>Usage: {@code java ResourceIds.java RES PACKAGE OUT}
 */
final class ResourceIds {
  private static final Pattern VALUE = Pattern.compile("<(string|color|style|plurals|dimen|bool|integer)\\s+name=\"([^\"]+)\"");
  private static final Pattern ID = Pattern.compile("\"@\\+id/([^\"]+)\"");

  private ResourceIds() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException("Expected RES PACKAGE OUT but was " + List.of(args));
    }
    Map<String, TreeSet<String>> names = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of(args[0]))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        collect(file, names);
      }
    }
    Path out = Path.of(args[2]).resolve(args[1].replace('.', '/')).resolve("R.java");
    Files.createDirectories(out.getParent());
    Files.writeString(out, source(args[1], names));
  }

  private static void collect(Path file, Map<String, TreeSet<String>> names) throws IOException {
    String folder = file.getParent().getFileName().toString().replaceFirst("-.*", "");
    String text = Files.readString(file);
    if (folder.equals("values")) {
      add(VALUE.matcher(text), names);
    } else {
      String name = file.getFileName().toString().replaceFirst("\\..*", "");
      names.computeIfAbsent(folder, type -> new TreeSet<>()).add(name);
    }
    Matcher ids = ID.matcher(text);
    while (ids.find()) {
      names.computeIfAbsent("id", type -> new TreeSet<>()).add(ids.group(1));
    }
  }

  private static void add(Matcher values, Map<String, TreeSet<String>> names) {
    while (values.find()) {
      names.computeIfAbsent(values.group(1), type -> new TreeSet<>()).add(values.group(2).replace('.', '_'));
    }
  }

  private static String source(String packageName, Map<String, TreeSet<String>> names) {
    StringBuilder source = new StringBuilder("package " + packageName + ";\n\nfinal class R {\n");
    int number = 0x7f000000;
    for (Map.Entry<String, TreeSet<String>> type : names.entrySet()) {
      source.append("  static final class ").append(type.getKey()).append(" {\n");
      for (String name : type.getValue()) {
        source.append("    static final int ").append(name).append(" = ").append(number++).append(";\n");
      }
      source.append("  }\n\n");
    }
    return source.append("}\n").toString();
  }
}
