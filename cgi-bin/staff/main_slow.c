/* The staff program for what takes long: it alone is linked with what draws documents. */
#include "cgi-bin/staff/transcript.h"

int main(void)
{
	return staff_serve(transcript_pdf);
}
