package dev.perennial.published;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The public API of a library as text: the module, and each type and member that users can compile
 * against. Types are sorted by name; their members are sorted by kind and name.
 */
final class PublicApi {
  private final ModuleDescriptor module;
  private final Set<String> exportedPackages;
  private final List<Class<?>> types;

  private PublicApi(Artifact artifact) throws IOException {
    module = artifact.module();
    exportedPackages = artifact.exportedPackages();
    try (JarFile jar = new JarFile(artifact.jar().toFile())) {
      types =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
              .map(name -> name.replace(".class", "").replace('/', '.'))
              .filter(name -> exportedPackages.contains(packageOf(name)))
              .<Class<?>>map(PublicApi::load)
              .filter(this::isApi)
              .sorted(Comparator.comparing(Class::getName))
              .toList();
    }
  }

  /** Describes the jar of a library. Its classes and their dependencies are on the class path. */
  static List<String> of(Artifact artifact) throws IOException {
    return new PublicApi(artifact).lines();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("module " + module.name());
    module.requires().stream()
        .filter(requires -> requires.modifiers().contains(Requires.Modifier.TRANSITIVE))
        .map(requires -> "  requires transitive " + requires.name())
        .sorted()
        .forEach(lines::add);
    for (String name : exportedPackages) {
      lines.add("");
      lines.add((isNullMarked(name) ? "@NullMarked " : "") + "package " + name);
      types.stream()
          .filter(type -> type.getPackageName().equals(name))
          .forEach(type -> addType(type, lines));
    }
    return lines;
  }

  private void addType(Class<?> type, List<String> lines) {
    ApiDeclarations declarations = new ApiDeclarations(type, this::isApi);
    lines.add("");
    lines.add(declarations.type());
    Stream.concat(Stream.of(type), hiddenSupertypes(type))
        .flatMap(each -> membersDeclaredIn(each, type))
        .sorted(BY_KIND_AND_NAME)
        .map(member -> "  " + declarations.member(member))
        .distinct()
        .forEach(lines::add);
  }

  private static final Comparator<Member> BY_KIND_AND_NAME =
      Comparator.comparing((Member member) -> !(member instanceof Field))
          .thenComparing(member -> !(member instanceof Constructor))
          .thenComparing(Member::getName)
          .thenComparing(Object::toString);

  /** Returns the supertypes that are not API themselves, but whose members the type inherits. */
  private Stream<Class<?>> hiddenSupertypes(Class<?> type) {
    return Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
        .filter(supertype -> !isApi(supertype))
        .flatMap(hidden -> Stream.concat(Stream.of(hidden), hiddenSupertypes(hidden)));
  }

  private static Stream<Member> membersDeclaredIn(Class<?> owner, Class<?> type) {
    Stream<Member> members =
        Stream.of(owner.getDeclaredFields(), owner.getDeclaredMethods()).flatMap(Arrays::stream);
    Stream<Member> constructors =
        owner == type ? Arrays.stream(owner.getDeclaredConstructors()) : Stream.of();
    return Stream.concat(members, constructors)
        .filter(member -> !member.isSynthetic() && isVisible(member, type))
        .filter(member -> !(member instanceof Method method && isImplicit(method)));
  }

  private static boolean isVisible(Member member, Class<?> type) {
    int modifiers = member.getModifiers();
    return Modifier.isPublic(modifiers) || (Modifier.isProtected(modifiers) && isExtensible(type));
  }

  private static boolean isExtensible(Class<?> type) {
    return !Modifier.isFinal(type.getModifiers()) && !type.isSealed();
  }

  /** Returns whether it is a method that every record or every enum has. */
  private static boolean isImplicit(Method method) {
    Class<?> type = method.getDeclaringClass();
    return switch (method.getName()) {
      case "equals", "hashCode", "toString" -> type.isRecord();
      case "values", "valueOf" -> type.isEnum();
      default -> false;
    };
  }

  /** Returns whether users can name the type: it may also be one of a dependency. */
  private boolean isApi(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    boolean isExported =
        exportedPackages.contains(type.getPackageName())
            || !module.packages().contains(type.getPackageName());
    boolean isVisible =
        Modifier.isPublic(type.getModifiers())
            || (Modifier.isProtected(type.getModifiers()) && isExtensible(outer));
    return isExported && isVisible && (outer == null || isApi(outer));
  }

  private static boolean isNullMarked(String packageName) {
    return Arrays.stream(load(packageName + ".package-info").getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals("NullMarked"));
  }

  private static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, PublicApi.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}
