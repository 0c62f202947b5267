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
    jq -c --slurpfile now "$DIR/answer" --argjson path "$jq_version" 'setpath($path; $now[0] | getpath($path))' \
      "$DIR/before.json" >"$DIR/back"
    CODE=$(ask PUT "$ITEM" --data-binary "@$DIR/back")
  fi
  case $CODE in
  2*) echo "kept: $NAME, as it was before as far as a PUT can do so" ;;
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
