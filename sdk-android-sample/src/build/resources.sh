#!/usr/bin/env bash
# Compiles and links the app's resources, writes R.java with their ids, and writes their place for Robolectric.
# Without aapt2 or Android's own resources R.java gets placeholder ids, and the build prints a warning.
set -euo pipefail

: "${RES:?}" "${MANIFEST:?}" "${FRAMEWORK:?}"                               # The inputs.
: "${PACKAGE:?}" "${MIN_SDK:?}" "${TARGET_SDK:?}" "${VERSION:?}"            # The values for the manifest.
: "${SOURCES:?}" "${OUT:?}" "${JAVA:?}"                                     # The target folders, and the java to run.

robolectric="$OUT/robolectric"
rm -rf "$OUT/resources" "$SOURCES" "$robolectric"
mkdir -p "$OUT/resources" "$SOURCES" "$robolectric/com/android/tools"

missing=""
command -v aapt2 > /dev/null || missing="there is no aapt2"
[ -e "$FRAMEWORK" ] || missing="${missing:+$missing, and }there is no $FRAMEWORK"
if [ -n "$missing" ]; then
  echo "[WARNING] Resources are not compiled: $missing. Tests that need them are skipped, and there is no APK."
  echo "$missing" > "$OUT/resources/missing.txt"
  exec "$JAVA" src/build/ResourceIds.java "$RES" "$PACKAGE" "$SOURCES"
fi

# 1.2.3-SNAPSHOT is 10203.
IFS=.- read -r major minor patch _ <<< "$VERSION"
version_code=$((major * 10000 + minor * 100 + patch))

# Gradle's Android plugin takes these from its build file and rejects them in a manifest, so they are added here.
attributes="package=\"$PACKAGE\" android:versionCode=\"$version_code\" android:versionName=\"$VERSION\""
uses_sdk="<uses-sdk android:minSdkVersion=\"$MIN_SDK\" android:targetSdkVersion=\"$TARGET_SDK\" />"
merged="$OUT/resources/AndroidManifest.xml"
sed -E "s|<manifest( xmlns:android=\"[^\"]*\")>|<manifest\1 $attributes>$uses_sdk|" "$MANIFEST" > "$merged"
grep -q "$uses_sdk" "$merged" || { echo "Expected <manifest xmlns:android=\"...\"> in $MANIFEST" >&2; exit 1; }

aapt2 compile --dir "$RES" -o "$OUT/resources/compiled.zip"
aapt2 link "$OUT/resources/compiled.zip" -I "$FRAMEWORK" --manifest "$merged" \
  --debug-mode --java "$SOURCES" --proguard "$OUT/resources/keep.pro" -o "$OUT/resources/resources.apk"

cat > "$robolectric/com/android/tools/test_config.properties" <<PROPERTIES
android_merged_manifest=$merged
android_resource_apk=$OUT/resources/resources.apk
android_custom_package=$PACKAGE
PROPERTIES
echo "Resources of $PACKAGE $VERSION ($version_code): $(stat -c %s "$OUT/resources/resources.apk") bytes"
