/* version: the one place that says which Evenhand this is. CMake and the npm packages are checked against it. */
#ifndef EVENHAND_VERSION_H
#define EVENHAND_VERSION_H

#define EH_VERSION "0.1.0"

/* Schema of the .ehc cube file and of the report JSON. A reader refuses a higher cube schema. */
#define EH_CUBE_SCHEMA 2
#define EH_REPORT_SCHEMA 1

#endif
