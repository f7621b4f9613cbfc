# Writes OUT, a C file that holds each part of the page as a string: page_<name> for FOLDER/page.<name>, and Leaflet's script and style.
# Usage: cmake -DOUT=file.c -DFOLDER=host/report/page -DLEAFLET=/usr/share/javascript/leaflet -P embed.cmake
function(embed name file)
  file(READ ${file} hex HEX)
  string(HEX "//# sourceMappingURL=leaflet.min.js.map" map) # debuggers would look for it beside the page
  string(REPLACE "${map}" "" hex "${hex}")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  file(APPEND ${OUT} "static const char ${name}_bytes[] = {${bytes}0};\nconst char *const page_${name} = ${name}_bytes;\n")
endfunction()
file(WRITE ${OUT} "/* Generated from host/report/page/ and Leaflet at build time. */\n#include \"report/page_parts.h\"\n")
foreach(name html css js)
  embed(${name} ${FOLDER}/page.${name})
endforeach()
embed(leaflet_js ${LEAFLET}/leaflet.min.js)
embed(leaflet_css ${LEAFLET}/leaflet.css)
