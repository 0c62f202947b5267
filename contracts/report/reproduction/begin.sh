CREATED=
SENT=
RAW=

cannot_tell() {
  echo "cannot tell: $1"
  exit 3
}

answer() {
  sed -n '1,8p' "$DIR/answer" | cut -c 1-200 | sed 's/^/  | /'
}

value() { # PATH FILE
  jq -r --argjson path "$1" 'getpath($path) // ""' "$2"
}

flat() { # FILE PATHS: a line for each value in it, but for those at the paths
  jq -r --argjson unshown "$2" 'delpaths($unshown)
    | path(.. | select((type != "object" and type != "array") or length == 0)) as $path
    | ($path | map(tostring) | join(".")) + " = " + (getpath($path) | tojson)' "$1" 2>&1 | LC_ALL=C sort
}

compare() { # TITLE FILE FILE PATHS
  flat "$2" "$4" >"$DIR/left"
  flat "$3" "$4" >"$DIR/right"
  echo "$1"
  diff "$DIR/left" "$DIR/right" | grep '^[<>]' || echo "  no difference"
}

jq_merge='def merge($patch): if ($patch | type) != "object" then $patch else
  reduce ($patch | to_entries[]) as $one (if type == "object" then . else {} end;
    if $one.value == null then delpaths([[$one.key]]) else .[$one.key] |= merge($one.value) end) end;'
jq_difference='def difference($now): if type != "object" then . else . as $was
  | (if ($now | type) == "object" then $now else {} end) as $now
  | reduce (($now | keys[]) | select(. as $key | $was | has($key) | not)) as $key ({}; .[$key] = null)
  | reduce ($was | to_entries[] | select(. as $one | ($now | has($one.key) | not) or .value != $now[.key])) as $one
      (.; .[$one.key] = ($one.value | difference($now[$one.key]))) end;'

make_patch() { # FILE: the body, and the object that it asks for
  jq -c --arg version "$VERSION" --argjson path "$jq_version" \
    'if getpath($path) == null then . else setpath($path; $version) end' "$1" >"$DIR/body"
  jq -c --slurpfile patch "$DIR/body" "$jq_merge"' merge($patch[0])' "$DIR/before.json" >"$DIR/wanted"
}

# Deletes what was created; gives an object that was there back what it was.
finish() {
  STATUS=$?
  trap - EXIT
  if [ "$CREATED" ]; then
    CODE=$(ask DELETE "$ITEM")
    case $CODE in
    2* | 404) echo "deleted: $NAME" ;;
    *) echo "NOT deleted: $NAME ($CODE)" ;;
    esac
  elif [ "$SENT" ]; then
    put_back
  fi
  rm -rf "$DIR"
  exit "$STATUS"
}

put_back() {
  CODE=$(ask GET "$ITEM")
  if [ "$CODE" = 200 ] && [ "$(value "$jq_version" "$DIR/answer")" != "$(value "$jq_version" "$DIR/before.json")" ]; then
    if [ "$METHOD_OF_WRITES" = PATCH ]; then
      jq -c --slurpfile now "$DIR/answer" --argjson counted "$jq_counted" "$jq_difference"' delpaths($counted)
        | difference($now[0] | delpaths($counted))' "$DIR/before.json" >"$DIR/back"
      CODE=$(write PATCH "$ITEM" --data-binary "@$DIR/back")
    else
      jq -c --slurpfile now "$DIR/answer" --argjson path "$jq_version" 'setpath($path; $now[0] | getpath($path))' \
        "$DIR/before.json" >"$DIR/back"
      CODE=$(ask PUT "$ITEM" --data-binary "@$DIR/back")
    fi
  fi
  case $CODE in
  2*) echo "kept: $NAME, as it was before as far as a $METHOD_OF_WRITES can do so" ;;
  *) echo "NOT put back: $NAME ($CODE)" ;;
  esac
}

trap finish EXIT
trap 'exit 130' HUP INT TERM

CODE=$(ask GET "$ITEM")
if [ "$CODE" = 200 ]; then
  [ "$GIVEN" ] || cannot_tell "there is an object $NAME already"
else
  jq -c --arg name "$NAME" --arg namespace "$NAMESPACE" '.metadata.name = $name | .metadata.namespace = $namespace' \
    "$DIR/new.json" >"$DIR/new"
  CODE=$(ask POST "${ITEM%/*}" --data-binary "@$DIR/new")
  case $CODE in
  4*) answer; cannot_tell "no object can be created ($CODE)" ;;
  *) CREATED=yes ;;
  esac
  # until a controller, where there is one, has written its first status
  SEEN=
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    CODE=$(ask GET "$ITEM")
    NOW=$(value "$jq_version" "$DIR/answer")
    [ "$CODE" != 200 ] || [ "$NOW" != "$SEEN" ] || break
    SEEN=$NOW
    sleep 1
  done
  [ "$CODE" = 200 ] || cannot_tell "the object that was created cannot be read ($CODE)"
fi
cp "$DIR/answer" "$DIR/before.json"
VERSION=$(value "$jq_version" "$DIR/before.json")
UID_NOW=$(value "$jq_uid" "$DIR/before.json")
