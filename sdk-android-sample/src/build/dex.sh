#!/usr/bin/env bash
# Dexes the whole app with D8, shrinks it with R8 under the rules that an Android build finds, checks what is left, and runs
# a program that was shrunk under the same rules. The output of each step is next to its result; time and size are printed.
set -euo pipefail

: "${APP:?}" "${RUNTIME:?}" "${TESTS:?}"                 # The app's jar, and lists of what is on its and its tests' class path.
: "${OKHTTP:?}" "${R8:?}" "${MIN_SDK:?}"                 # OkHttp's archive for Android, and R8.
: "${OUT:?}" "${TEST_CLASSES:?}" "${JAVA:?}"             # The target folder, and the java to run.

dex="$OUT/dex"
rm -rf "$dex"
mkdir -p "$dex"/{whole,unshrunk,shrunk,run,okhttp}

# run NAME COMMAND...: runs a compiler whose warnings are errors. Its other output is only in its log.
run() {
  local name="$1" from=$SECONDS
  shift
  if ! "$@" > "$dex/$name.log" 2>&1 || grep -q "^Warning" "$dex/$name.log"; then
    cat "$dex/$name.log" >&2
    echo "$name failed" >&2
    exit 1
  fi
  echo "$name: $((SECONDS - from)) s"
}

# Each runs for less than half a minute, in which the JVM's C2 compiler would cost more time than it saves.
compiler() {
  "$JAVA" -Xmx2g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$R8" "com.android.tools.r8.$@"
}

size() {
  echo "$(($(cat "$1"/*.dex | wc -c) / 1024)) KiB"
}

IFS=: read -r -a runtime <<< "$(cat "$RUNTIME")"
IFS=: read -r -a tests <<< "$(cat "$TESTS")"
android=""
for jar in "${tests[@]}"; do
  case "$jar" in */android-all-[0-9]*.jar) android="$jar" ;; esac
done
[ -e "$android" ] || { echo "Expected android-all among the tests' class path" >&2; exit 1; }

# An Android build uses OkHttp's archive for Android and not its jar for the JVM.
(cd "$dex/okhttp" && "${JAVA%java}jar" xf "$OKHTTP" classes.jar assets)
libraries=()
jvm_libraries=()
ours=()
for jar in "${runtime[@]}"; do
  case "$jar" in
    */okhttp-jvm-*.jar) jvm_libraries+=("$jar") ;;
    */perennial-android-*.jar) libraries+=("$jar") ;;
    */perennial-*.jar) libraries+=("$jar"); ours+=("$jar") ;;
    *) libraries+=("$jar"); jvm_libraries+=("$jar") ;;
  esac
done
libraries+=("$dex/okhttp/classes.jar")

"$JAVA" src/build/AndroidJava.java "$dex/android-java.jar"
"$JAVA" src/build/ConsumerRules.java "$dex/consumer-rules.pro" "${runtime[@]}" "$OKHTTP"
platform=(--min-api "$MIN_SDK" --lib "$android" --lib "$dex/android-java.jar")

run D8 compiler D8 --release "${platform[@]}" --output "$dex/whole" "$APP" "${libraries[@]}"

# No class may be missing, whatever an app keeps: here everything is kept. This one is always missing, which stops R8 before
# it writes a second whole app; an Android build gets it with OkHttp's archive, and nothing uses it at run time.
from=$SECONDS
printf -- '-dontshrink\n-dontoptimize\n-dontobfuscate\n' > "$dex/keep-all.pro"
compiler R8 --release "${platform[@]}" --no-data-resources --pg-conf "$dex/consumer-rules.pro" \
  --pg-conf "$dex/keep-all.pro" --output "$dex/unshrunk" "$APP" "${libraries[@]}" > "$dex/R8-keeping-all.log" 2>&1 || true
missing=$(grep -oE "Missing class [^ ]+" "$dex/R8-keeping-all.log" | sort -u | cut -d " " -f 3 | paste -sd " ")
if [ "$missing" != androidx.annotation.RequiresApi ]; then
  cat "$dex/R8-keeping-all.log" >&2
  echo "Expected that R8 misses androidx.annotation.RequiresApi alone but was \"$missing\"" >&2
  exit 1
fi
echo "R8-keeping-all: $((SECONDS - from)) s"

rules=(--pg-conf "$dex/consumer-rules.pro" --pg-conf proguard-rules.pro)
if [ -e "$OUT/resources/keep.pro" ]; then
  rules+=(--pg-conf "$OUT/resources/keep.pro")
else
  # Without aapt2 there are no rules for the manifest, so these keep its classes.
  echo "-keep class dev.perennial.sample.**Activity, dev.perennial.sample.SampleApplication { <init>(); }" > "$dex/manifest.pro"
  rules+=(--pg-conf "$dex/manifest.pro")
fi
run R8 compiler R8 --release "${platform[@]}" --no-data-resources "${rules[@]}" \
  --pg-map-output "$dex/mapping.txt" --output "$dex/shrunk" "$APP" "${libraries[@]}"
echo "Dex: $(size "$dex/whole") whole, $(size "$dex/shrunk") shrunk"

if command -v dexdump > /dev/null; then
  dexdump -d "$dex/shrunk/classes.dex" 2> "$dex/dexdump.log" |
    "$JAVA" src/build/CheckDex.java "$dex/mapping.txt" src/build/expected-dex.txt
else
  echo "[WARNING] The output of R8 is not checked: there is no dexdump."
fi

# The same rules on a program that a JVM can run. D8 first, because on Android R8 gets no lambdas or records either.
(cd "$TEST_CLASSES/dev/perennial/sample/shrunk" && ls ShrunkClient*.class Quote*.class) |
  sed "s|^|dev/perennial/sample/shrunk/|" > "$dex/program.txt"
(cd "$TEST_CLASSES" && "${JAVA%java}jar" cf "$dex/program.jar" "@$dex/program.txt")
run D8-program compiler D8 --release --classfile --min-api "$MIN_SDK" --lib "$dex/android-java.jar" \
  --output "$dex/desugared.jar" "$dex/program.jar" "${ours[@]}"
run R8-program compiler R8 --release --classfile --lib "$dex/android-java.jar" --no-data-resources \
  --pg-conf "$dex/consumer-rules.pro" --pg-conf proguard-rules.pro --pg-conf src/shrunk/rules.pro \
  --pg-map-output "$dex/program-mapping.txt" --output "$dex/program-shrunk.jar" "$dex/desugared.jar" "${jvm_libraries[@]}"
"$JAVA" -cp "$TEST_CLASSES:$(cat "$TESTS")" dev.perennial.sample.shrunk.ShrunkRun \
  "$JAVA" "$dex/program-shrunk.jar" "$dex/run"
echo "The shrunk program ran: $(($(stat -c %s "$dex/program-shrunk.jar") / 1024)) KiB of classes"
