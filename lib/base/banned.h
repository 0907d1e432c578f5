/* Functions nobody may call, as git does it; vt.h includes this last. */
#ifndef VT_BASE_BANNED_H
#define VT_BASE_BANNED_H

#define VT_BANNED(function) sorry_##function##_is_a_banned_function

#undef strcpy
#define strcpy(...) VT_BANNED(strcpy)
#undef strcat
#define strcat(...) VT_BANNED(strcat)
#undef strncpy
#define strncpy(...) VT_BANNED(strncpy)
#undef strncat
#define strncat(...) VT_BANNED(strncat)
#undef sprintf
#define sprintf(...) VT_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) VT_BANNED(vsprintf)
#undef strtok
#define strtok(...) VT_BANNED(strtok)
#undef strtok_r
#define strtok_r(...) VT_BANNED(strtok_r)
#undef atoi
#define atoi(...) VT_BANNED(atoi)
#undef atol
#define atol(...) VT_BANNED(atol)
#undef atof
#define atof(...) VT_BANNED(atof)
#undef system
#define system(...) VT_BANNED(system)
#undef popen
#define popen(...) VT_BANNED(popen)
#undef rand
#define rand(...) VT_BANNED(rand)
#undef gmtime
#define gmtime(...) VT_BANNED(gmtime)
#undef localtime
#define localtime(...) VT_BANNED(localtime)
#undef ctime_r
#define ctime_r(...) VT_BANNED(ctime_r)
#undef asctime_r
#define asctime_r(...) VT_BANNED(asctime_r)
#undef alloca
#define alloca(...) VT_BANNED(alloca)
#undef ctime
#define ctime(...) VT_BANNED(ctime)
#undef asctime
#define asctime(...) VT_BANNED(asctime)
#undef mktemp
#define mktemp(...) VT_BANNED(mktemp)

#endif
