/* Parts of the page, embedded at build time (host/report/page/embed.cmake). */
#ifndef LODE_REPORT_PAGE_PARTS_H
#define LODE_REPORT_PAGE_PARTS_H

extern const char *const page_html, *const page_css, *const page_js, *const page_diff_js;
extern const char *const page_leaflet_js, *const page_leaflet_css;

#endif
