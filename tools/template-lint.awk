# The template linter. ClearSilver's html mode escapes &<>"' and nothing else, so a template may
# put data only where that is enough: in text and in quoted attributes, and into addresses only
# behind a path of ours or through url_validate. Logic stays in C and words in the locale.
#
# A template is read as a browser's tokenizer would, with <?cs ... ?> as islands:
#   state: text | tag | value | raw (inside <script> or <style>)

BEGIN {
	split("var if elif else each with include def call /if /each /with /def", list, " ")
	for (i in list) commands[list[i]]
	split("url_validate url_escape u8_slice fill fill2 first last subcount", list, " ")
	for (i in list) functions[list[i]]
	split("href src action formaction poster data cite background xlink:href", list, " ")
	for (i in list) addresses[list[i]]
	split("style srcdoc srcset", list, " ")
	for (i in list) refused[list[i]]
	split("title placeholder alt label aria-label aria-description aria-roledescription " \
	      "aria-valuetext", list, " ")
	for (i in list) words[list[i]]
	n = split(locale, list, " ")
	for (i = 1; i <= n; i++)
		read_locale(list[i])
}

FNR == 1 && file { check() }
FNR == 1 { file = FILENAME; source = "" }
{ source = source $0 "\n" }
END { if (file) check(); exit failed }

function say(what)
{
	print file ":" line ": " what
	failed = 1
}

function check()
{
	line = 1
	if (file ~ /\.c$/)
		check_c()
	else
		check_template()
}

# ---- the locale ---------------------------------------------------------------------------

function read_locale(name,   row, key, path, depth)
{
	while ((getline row < name) > 0) {
		sub(/^[ \t]+/, "", row)
		if (row ~ /^[A-Za-z0-9_.]+ *\{/) {
			key = row
			sub(/ *\{.*/, "", key)
			path[++depth] = key
			sections[full(path, depth)]
		} else if (row ~ /^\}/) {
			depth--
		} else if (row ~ /^[A-Za-z0-9_.]+ *=/) {
			key = row
			sub(/ *=.*/, "", key)
			path[depth + 1] = key
			key = full(path, depth + 1)
			if (key in keys) {
				file = name
				say("twice: " key)
				file = ""
			}
			keys[key]
			while (sub(/\.[^.]*$/, "", key))
				sections[key]
		}
	}
	close(name)
}

function full(path, depth,   i, name)
{
	name = path[1]
	for (i = 2; i <= depth; i++)
		name = name "." path[i]
	return name
}

# Statements that raise an error or ask for a text, and the dotted names in them.
function check_c(   count, statements, i, statement, key, section)
{
	count = split(source, statements, ";")
	for (i = 1; i <= count; i++) {
		statement = statements[i]
		if (statement ~ /(vt_fail_key|vt_fail_field|vt_fail_at|locale_text) *\(/)
			while (match(statement, /"[a-z_]+(\.[a-z0-9_]+)+"/)) {
				key = substr(statement, RSTART + 1, RLENGTH - 2)
				statement = substr(statement, RSTART + RLENGTH)
				section = key
				sub(/\..*/, "", section)
				if ((section in sections) && !(key in keys))
					say("the locale has no " key)
			}
		line += gsub(/\n/, "", statements[i])
	}
}

# ---- HTML ---------------------------------------------------------------------------------

function check_template()
{
	state = "text"
	element = ""
	branches = 0
	while (source != "") {
		if (substr(source, 1, 2) == "<?")
			island()
		else if (state == "text")
			text()
		else if (state == "tag")
			tag()
		else if (state == "value")
			value()
		else
			raw()
	}
	if (state != "text")
		say("ends inside a " state)
}

# Cut n characters off the front of what is left to read.
function take(n,   taken, copy)
{
	taken = copy = substr(source, 1, n)
	source = substr(source, n + 1)
	line += gsub(/\n/, "", copy)
	return taken
}

# What stands before the next of these characters.
function take_until(characters,   at)
{
	at = match(source, "[" characters "]")
	return take(at ? at - 1 : length(source))
}

# Words belong into the locale; the product's name is one in every language.
function no_words(piece, where)
{
	gsub(/&[a-z]+;|&#[0-9]+;|Ventanilla/, "", piece)
	if (piece ~ /[A-Za-z]/) {
		gsub(/[ \t\n]+/, " ", piece)
		say("text outside the locale in " where ": " piece)
	}
}

function text(   piece)
{
	piece = take_until("<")
	if (element != "kbd")
		no_words(piece, "the page")
	if (source == "" || substr(source, 1, 2) == "<?")
		return
	if (match(source, /^<\/?[a-zA-Z][a-zA-Z0-9-]*/) || match(source, /^<![dD][oO][cC]/)) {
		element = tolower(substr(take(RLENGTH), 2))
		state = "tag"
		return
	}
	say(substr(source, 1, 4) == "<!--" ? "HTML comment: write <?cs # ... ?>" : "a bare <")
	take(1)
}

function tag(   lead)
{
	match(source, /^[ \t\n\/]*/)
	lead = take(RLENGTH)
	if (substr(source, 1, 2) == "<?")
		return
	if (substr(source, 1, 1) == ">") {
		take(1)
		state = element == "script" || element == "style" ? "raw" : "text"
		if (element == "style" && !leaves())
			say("<style>: rules belong into static/css/")
		return
	}
	if (!match(source, /^[^ \t\n=<>"'\/]+/)) {
		say("a tag with " substr(source, 1, 1) " in it")
		take(1)
		return
	}
	attribute = tolower(take(RLENGTH))
	if ((attribute in refused) || attribute ~ /^on/)
		say("attribute " attribute)
	if (!match(source, /^[ \t\n]*=[ \t\n]*/))
		return
	take(RLENGTH)
	quote = substr(source, 1, 1)
	if (quote != "\"" && quote != "'") {
		say("value of " attribute " without quotes")
		return
	}
	take(1)
	state = "value"
	written = ""
	branches = 0
}

function value(   piece)
{
	piece = take_until(quote "<")
	written = written piece
	if (attribute in words)
		no_words(piece, attribute)
	if (substr(source, 1, 1) == quote) {
		take(1)
		state = "tag"
	} else if (source != "" && substr(source, 1, 2) != "<?") {
		say("a bare < in " attribute)
		take(1)
	}
}

# A document that leaves the platform brings its own rules.
function leaves()
{
	return file ~ /\/document\.cs$/
}

function raw(   piece)
{
	piece = take_until("<")
	if (piece ~ /[^ \t\n]/ && !(element == "style" && leaves()))
		say("code inside <" element ">: it belongs into static/")
	if (tolower(source) ~ ("^</" element)) {
		element = "/" element
		take(length(element) + 1)
		state = "tag"
	} else if (substr(source, 1, 2) != "<?")
		take(1)
}

# ---- <?cs ... ?> --------------------------------------------------------------------------

function island(   end, body, command, argument)
{
	end = index(source, "?>")
	if (!end || source !~ /^<\?cs[ \t\n]/) {
		say("<? that is no <?cs ... ?>")
		take(2)
		return
	}
	body = take(end + 1)
	body = substr(body, 5, length(body) - 6)
	gsub(/^[ \t\n]+|[ \t\n]+$/, "", body)
	if (body ~ /^#/)
		return
	command = body
	sub(/[^a-z\/].*/, "", command)
	argument = substr(body, length(command) + 1)
	if (command == "uvar" && state == "text" && argument ~ /^:part\("[a-z_]+\/[a-z0-9_]+\.cs"\)$/)
		there(substr(argument, 8, length(argument) - 9))
	else if (!(command in commands) || argument ~ /^!/)
		say("command " body)
	else {
		sub(/^:[ \t\n]*/, "", argument)
		place(command, argument)
		expression(command, argument)
	}
}

# Is there such a template?
function there(path,   row)
{
	if ((getline row < (templates path)) < 0)
		say("no such template: " path)
	close(templates path)
}

# Where a command may stand.
function place(command, argument)
{
	if (state == "raw")
		say("<?cs inside <" element ">")
	else if (command ~ /^(include|def|\/def)$/ && state != "text")
		say(command " inside a tag")
	else if (state == "tag" && command !~ /^\/?(if|elif|else)$/)
		say(command " in a tag but outside quotes")
	else if (state == "value" && (attribute in addresses))
		address(command, argument)
}

# An address begins with something of ours; a branch begins where its if began.
function address(command, argument)
{
	if (command == "if")
		before[++branches] = written
	else if ((command == "elif" || command == "else") && branches)
		written = before[branches]
	else if (command == "/if" && branches)
		written = before[branches--]
	else if (command != "var")
		say(command " in " attribute)
	else {
		if (argument !~ /^url_validate *\(/ &&
		    written !~ /^(\/[^\/\\]|[?#]|mailto:|tel:|https?:\/\/[^\/]+\/)/)
			say(attribute " wants url_validate(" argument ") or a path of ours before")
		written = written "/v"
	}
}

# Names, literals, and operators that decide nothing but what is shown.
function expression(command, argument,   rest, before_plus, token, joins)
{
	if (command == "include" && argument !~ /^"[a-z_]+\/[a-z0-9_]+\.cs"$/) {
		say("include wants a name in quotes: " argument)
		return
	}
	if (command == "include") {
		there(substr(argument, 2, length(argument) - 2))
		return
	}
	if (command == "each" || command == "with")
		sub(/=/, " ", argument)
	rest = argument
	before_plus = ""
	while (rest != "") {
		if (match(rest, /^[ \t\n]+/)) {
			rest = substr(rest, RLENGTH + 1)
			continue
		}
		if (!match(rest, /^"[^"]*"/) && !match(rest, /^'[^']*'/) &&
		    !match(rest, /^[A-Za-z_][A-Za-z0-9_.]*/) && !match(rest, /^#?[0-9]+/) &&
		    !match(rest, /^(==|!=|&&|\|\|)/))
			match(rest, /^./)
		token = substr(rest, 1, RLENGTH)
		rest = substr(rest, RLENGTH + 1)
		if (token ~ /^[A-Za-z_]/)
			name(command, token, rest)
		else if (token == "+" && before_plus !~ /^["']/ && rest !~ /^ *["']/)
			say("arithmetic: " argument)
		else if (token !~ /^(["'#0-9]|==$|!=$|&&$|\|\|$|[!?(),+]$|\[$|\]$)/)
			say("operator " token ": " argument)
		joins += token == "&&" || token == "||"
		before_plus = token
	}
	if (joins > 2)
		say("a condition of " joins + 1 " parts: decide it in C")
}

function name(command, token, rest)
{
	if (rest ~ /^ *\(/ && command != "def" && command != "call" && !(token in functions))
		say("function " token)
	if (token !~ /^L\./)
		return
	token = substr(token, 3)
	if (rest ~ /^ *\[/ ? !(token in sections) : !(token in keys))
		say("the locale has no " token)
}
