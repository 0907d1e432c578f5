<div class="row g2 acts" id="peek-acts"><?cs include:"supervise/_actions.cs" ?></div>
