
cat "$DIR/told"
SENT=yes
CODE=$(write "$METHOD_OF_WRITES" "$ITEM" --data-binary "@$DIR/body")
echo "now:      $METHOD_OF_WRITES is answered with $CODE"
grep -i '^content-type' "$DIR/head" | sed 's/^/  | /'
answer
cp "$DIR/answer" "$DIR/answered"
READ=$(ask GET "$ITEM")
[ "$READ" = 200 ] || cannot_tell "afterwards GET is answered with $READ"
cp "$DIR/answer" "$DIR/after.json"
compare "stored before (<) and after (>):" "$DIR/before.json" "$DIR/after.json" "$jq_unshown"
case $CODE in
2*)
  [ "$RAW" ] || compare "sent (<) and stored (>):" "$DIR/wanted" "$DIR/after.json" "$jq_counted"
  compare "answered (<) and stored (>):" "$DIR/answered" "$DIR/after.json" "$jq_unshown"
  ;;
esac
