#!/usr/bin/env bash
# Packages, aligns and signs the app with a generated key, and checks the metadata of the result.
set -euo pipefail

: "${OUT:?}" "${APK:?}" "${BADGING:?}"                   # The build's directory, and the files to write.
: "${PACKAGE:?}" "${MIN_SDK:?}" "${TARGET_SDK:?}"        # The expected metadata.

rm -f "$APK" "$APK.idsig" "$BADGING"
for tool in aapt aapt2 zipalign apksigner keytool; do
  if ! command -v "$tool" > /dev/null; then
    echo "[WARNING] No APK is built: there is no $tool."
    exit 0
  fi
done
if [ -e "$OUT/resources/missing.txt" ]; then
  echo "[WARNING] No APK is built: $(cat "$OUT/resources/missing.txt")."
  exit 0
fi

work="$OUT/apk"
rm -rf "$work"
mkdir -p "$work/content"
cp "$OUT/resources/resources.apk" "$work/unaligned.apk"
cp "$OUT/dex/shrunk/classes.dex" "$work/content"
cp -r "$OUT/dex/okhttp/assets" "$work/content" # OkHttp's list of public suffixes.
(cd "$work/content" && find . -type f | sed 's|^\./||' | sort | xargs aapt add ../unaligned.apk > /dev/null)
zipalign -f 4 "$work/unaligned.apk" "$work/aligned.apk"

keytool -genkeypair -keystore "$work/debug.keystore" -storetype PKCS12 -storepass android -alias debug \
  -keyalg RSA -keysize 2048 -validity 10000 -dname "CN=Debug" > "$work/keytool.log" 2>&1
apksigner sign --ks "$work/debug.keystore" --ks-pass pass:android --ks-key-alias debug --out "$APK" "$work/aligned.apk"
apksigner verify --min-sdk-version "$MIN_SDK" "$APK"

aapt dump badging "$APK" | tee "$BADGING"
failures=0
expect() {
  grep -qF "$1" "$BADGING" || { echo "Expected $1 in $BADGING" >&2; failures=1; }
}
expect "application-debuggable"
expect "package: name='$PACKAGE'"
expect "sdkVersion:'$MIN_SDK'"
expect "targetSdkVersion:'$TARGET_SDK'"
expect "launchable-activity: name='$PACKAGE.FeedActivity'"
expect "uses-permission: name='android.permission.INTERNET'"
expect "uses-permission: name='android.permission.ACCESS_NETWORK_STATE'"
permissions=$(grep -c "^uses-permission: " "$BADGING")
[ "$permissions" = 2 ] || { echo "Expected 2 permissions in $BADGING but was $permissions" >&2; failures=1; }
aapt list "$APK" | grep -qx assets/PublicSuffixDatabase.list || { echo "Expected OkHttp's list in $APK" >&2; failures=1; }
[ "$failures" = 0 ]
echo "$APK: $(($(stat -c %s "$APK") / 1024)) KiB"
