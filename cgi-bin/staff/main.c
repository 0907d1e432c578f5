#include "cgi-bin/staff/transcript.h"

int main(void)
{
	return staff_serve(NULL);
}
