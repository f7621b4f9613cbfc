# Writes OUT, the man page, out of what the program says of itself.
# Usage: cmake -DPROGRAM=lodescan -DOUT=lodescan.1 -DVERSION=x.y.z -P manpage.cmake
function(as_roff text out)
  string(REPLACE "\\" "\\e" text "${text}")
  string(REPLACE "-" "\\-" text "${text}")
  string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(ask out)
  execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_VARIABLE said RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ${ARGN}: exit code ${code}")
  endif()
  set(${out} "${said}" PARENT_SCOPE)
endfunction()

ask(overview --help)
as_roff("${overview}" roff)
set(page ".TH LODESCAN 1 \"\" \"lodescan ${VERSION}\" \"User Commands\"
.SH NAME
lodescan \\- rank rare\\-earth deposits and processing sites from raw map layers
.SH SYNOPSIS
.B lodescan
.I COMMAND
[\\fIOPTION\\fR...] ...
.SH DESCRIPTION
.nf
${roff}.fi
.SH COMMANDS
")
string(REGEX MATCH "Commands:\n(  [^\n]*\n)+" listed "${overview}")
string(REGEX MATCHALL "\n  [a-z]+" names "${listed}")
foreach(name IN LISTS names)
  string(STRIP "${name}" name)
  ask(help ${name} --help)
  as_roff("${help}" roff)
  string(APPEND page ".SS lodescan ${name}\n.nf\n${roff}.fi\n")
endforeach()
string(APPEND page ".SH SEE ALSO\n.BR gdalinfo (1),\n.BR ogrinfo (1),\n.BR clinfo (1)\n")
file(WRITE ${OUT} "${page}")
